import { describe, expect, it } from '@jest/globals';
import { Encrypter } from 'age-encryption';
import { createAgeUnwrapper, openIdentityFile } from '#adapters/age/index.ts';
import { SecretBytes } from '#core/secret/secret-bytes.ts';
import {
  ageKey,
  agePassphrase,
  agePayload,
  keyOf,
  readAgeVector,
  wrappedFor,
} from '#test/support/age/vectors.ts';
import { expectCode } from '#test/support/expect-code.ts';

function typing(passphrase: string): () => Promise<SecretBytes> {
  return () => Promise.resolve(SecretBytes.take(Buffer.from(passphrase)));
}

function neverAsked(): Promise<SecretBytes> {
  throw new Error('no passphrase is needed');
}

describe('opening an identity file for a person', () => {
  it.each([
    { file: 'x25519-protected.txt', wrapped: 'x25519.age' },
    { file: 'ssh-ed25519-protected', wrapped: 'ssh-ed25519-protected.age' },
  ])('opens $file, which the real tool protected', async ({ file, wrapped }) => {
    const opened = await openIdentityFile(await ageKey(file), typing(agePassphrase));
    const key = wrappedFor((await readAgeVector(wrapped)).toString());
    const { signal } = new AbortController();
    const dataKey = await createAgeUnwrapper().unwrap(key, [opened], signal);
    expect(Buffer.from(dataKey?.expose() ?? []).toString()).toBe(agePayload);
  });

  it.each(['x25519-protected.txt', 'ssh-ed25519-protected'])(
    'denies a wrong passphrase for %s',
    async (name) => {
      const file = await ageKey(name);
      await expectCode(openIdentityFile(file, typing('wrong')), 'MAYFLY_AGE_PASSPHRASE_WRONG');
    },
  );

  it.each(['x25519.txt', 'hybrid.txt', 'ssh-ed25519', 'ssh-rsa-pkcs1'])(
    'leaves %s as it is without asking',
    async (name) => {
      const file = await ageKey(name);
      expect(await openIdentityFile(file, neverAsked)).toBe(file);
    },
  );

  it('reads a protected file that is not armored', async () => {
    const encrypter = new Encrypter();
    encrypter.setPassphrase(agePassphrase);
    encrypter.setScryptWorkFactor(8);
    const file = { name: 'key', bytes: SecretBytes.take(await encrypter.encrypt('# none')) };
    const opened = await openIdentityFile(file, typing(agePassphrase));
    expect(Buffer.from(opened.bytes.expose()).toString()).toBe('# none');
  });

  it.each([
    { when: 'is cut', text: '-----BEGIN AGE ENCRYPTED FILE-----\nAAAA' },
    { when: 'is no age file', text: 'age-encryption.org/v1\nhello' },
    {
      when: 'would cost too much',
      text: `age-encryption.org/v1\n-> scrypt ${'A'.repeat(22)} 21\n${'A'.repeat(43)}\n--- ${'A'.repeat(43)}\n${'x'.repeat(40)}`,
    },
    {
      when: 'is for a recipient',
      text: `age-encryption.org/v1\n-> X25519 ${'A'.repeat(43)}\n${'A'.repeat(43)}\n--- ${'A'.repeat(43)}\n${'x'.repeat(40)}`,
    },
  ])('opens no protected file that $when', async ({ text }) => {
    const opened = openIdentityFile(keyOf(text), typing(agePassphrase));
    await expectCode(opened, 'MAYFLY_AGE_PASSPHRASE_WRONG');
  });
});
