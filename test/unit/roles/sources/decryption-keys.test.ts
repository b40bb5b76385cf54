import { describe, expect, it } from '@jest/globals';
import { createError } from '#core/errors/mayfly-error.ts';
import type { KeyReader } from '#core/ports/object-api.ts';
import { SecretBytes } from '#core/secret/secret-bytes.ts';
import { aSecretSpec, secretRef, startRig } from '#test/support/controller-rig.ts';
import { parseEphemeralSecret, type EphemeralSecret } from '#core/api/ephemeral-secret.ts';
import { readDecryptionKeys } from '#roles/sources/decryption-keys.ts';

const exposed = createError('MAYFLY_KEY_EXPOSED', { path: '/keys/open/age.txt' });

const keys: KeyReader = {
  readKey: (_, name) =>
    name === 'down'
      ? Promise.reject(createError('MAYFLY_STREAM_BROKEN', { what: 'a key' }))
      : Promise.resolve(null),
  readKeys: (_, name) =>
    name === 'open'
      ? Promise.reject(exposed)
      : Promise.resolve(new Map([['age.txt', SecretBytes.take(Buffer.from('key-1'))]])),
};

async function aSpec(refs: readonly object[]): Promise<EphemeralSecret> {
  const rig = await startRig({});
  const decryption = { keys: refs.map((secretRef) => ({ secretRef })) };
  rig.objects.put(secretRef(), aSecretSpec({ decryption }));
  const object = rig.objects.peek(secretRef());
  const parsed = object === null ? null : parseEphemeralSecret(object);
  if (parsed?.kind !== 'valid') throw new Error('the spec of the test is wrong');
  return parsed.value;
}

describe('the keys of an object', () => {
  it('are read although another one is refused or not there, and the reason is kept', async () => {
    const spec = await aSpec([{ name: 'open' }, { name: 'good' }, { name: 'none', key: 'a' }]);
    const { materials, missing } = await readDecryptionKeys(keys, spec);
    expect(materials.map(({ name }) => name)).toEqual(['good/age.txt']);
    expect(missing.map(({ code }) => code)).toEqual([
      'MAYFLY_KEY_EXPOSED',
      'MAYFLY_SYNC_KEY_MISSING',
    ]);
    expect(missing[0]).toBe(exposed);
    expect(missing[1]?.message).toContain('none/a');
  });

  it('fail together when one cannot be read just now', async () => {
    const spec = await aSpec([{ name: 'down', key: 'a' }]);
    const read = readDecryptionKeys(keys, spec);
    await expect(read).rejects.toMatchObject({ code: 'MAYFLY_STREAM_BROKEN' });
  });
});
