import { describe, expect, it } from '@jest/globals';
import { identityToRecipient } from 'age-encryption';
import { createAgeUnwrapper, createAgeWrapper } from '#adapters/age/index.ts';
import { SecretBytes } from '#core/secret/secret-bytes.ts';
import { ageKey, agePayload, readAgeVector, wrappedFor } from '#test/support/age/vectors.ts';
import { expectCode } from '#test/support/expect-code.ts';

async function recipientOf(name: string): Promise<string> {
  if (!name.endsWith('.txt')) return (await readAgeVector(`${name}.pub`)).toString().trim();
  const lines = (await readAgeVector(name)).toString().trim().split('\n');
  return identityToRecipient(lines.at(-1) ?? '');
}

function wrap(recipient: string): Promise<string> {
  return createAgeWrapper().wrap(SecretBytes.take(Buffer.from(agePayload)), recipient);
}

describe('wrapping a data key for an age recipient', () => {
  it.each(['x25519.txt', 'hybrid.txt', 'ssh-ed25519', 'ssh-rsa'])(
    'writes an armored file that the identity %s opens',
    async (name) => {
      const wrapped = await wrap(await recipientOf(name));
      expect(wrapped.endsWith('-----END AGE ENCRYPTED FILE-----\n')).toBe(true);
      const { signal } = new AbortController();
      const keys = [await ageKey(name)];
      const opened = await createAgeUnwrapper().unwrap(wrappedFor(wrapped), keys, signal);
      expect(Buffer.from(opened?.expose() ?? []).toString()).toBe(agePayload);
    },
  );

  it.each([
    { when: 'words', recipient: 'hello' },
    { when: 'a wrong checksum', recipient: `age1${'q'.repeat(58)}` },
    { when: 'a plugin', recipient: 'age1yubikey1qqpqyqszqgpqyqszqgpqyqszqgp' },
    { when: 'a broken ssh key', recipient: 'ssh-ed25519 AAAA' },
    { when: 'an ecdsa key', recipient: 'ecdsa-sha2-nistp256 AAAA' },
    { when: 'two lines', recipient: `age1${'q'.repeat(58)}\n` },
    {
      when: 'a key of low order',
      recipient: `ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAI${`AE`.padEnd(43, 'A')}`,
    },
  ])('refuses $when', async ({ recipient }) => {
    await expectCode(wrap(recipient), 'MAYFLY_AGE_RECIPIENT_INVALID');
  });

  it('does not repeat a secret key that was given as the recipient', async () => {
    const secret = `AGE-SECRET-KEY-1${'Q'.repeat(58)}`;
    const error = await expectCode(wrap(secret), 'MAYFLY_AGE_RECIPIENT_INVALID');
    expect(error.message).toBe('recipient (not shown) is not an age recipient');
  });
});
