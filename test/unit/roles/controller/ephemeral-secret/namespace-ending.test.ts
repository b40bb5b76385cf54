import { describe, expect, it } from '@jest/globals';
import { createError } from '#core/errors/mayfly-error.ts';
import { minute, secretRef, startRig, type Rig } from '#test/support/controller-rig.ts';
import { sealSecret } from '#test/support/memory/memory-decryptor.ts';

const names = Array.from({ length: 40 }, (_, index) => `s${index}`);
const files = Object.fromEntries(
  names.map((name) => [`apps/${name}.yaml`, sealSecret(name, { password: 'one' })]),
);
const ending = createError('MAYFLY_KUBE_NAMESPACE_ENDING', { what: 'create secrets' });

async function startEnding(): Promise<Rig> {
  const rig = await startRig(files, { place: 'cluster' });
  rig.sink.breakWrites(ending);
  for (const name of names) rig.sink.removeByHand({ namespace: 'prod', name });
  return rig;
}

describe('a namespace that is being deleted', () => {
  it('is left in peace: nothing is tried again and again, and nothing is said', async () => {
    const rig = await startEnding();
    const before = rig.conditionOf(secretRef());
    await rig.settle();
    const decryptions = rig.decryptor.decryptions;
    expect(decryptions).toBeLessThan(2 * names.length);
    for (let count = 0; count < 20; count += 1) {
      rig.enqueue(secretRef());
      await rig.settle();
    }
    expect(rig.decryptor.decryptions).toBe(decryptions);
    expect(rig.conditionOf(secretRef())).toEqual(before);
    rig.objects.delete(secretRef());
    await rig.advance(minute);
    expect(rig.sink.names()).toEqual([]);
  });

  it('is worked in again when there is another one of the name', async () => {
    const rig = await startEnding();
    await rig.settle();
    rig.sink.breakWrites(null);
    await rig.advance(minute);
    expect(rig.sink.names()).toHaveLength(names.length);
  });
});
