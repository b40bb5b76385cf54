import { describe, expect, it } from '@jest/globals';
import { parseIdentityFile } from '#adapters/age/identity/identity-file.ts';
import { ageKey, keyOf, readAgeVector } from '#test/support/age/vectors.ts';
import { expectCode } from '#test/support/expect-code.ts';

async function vectorText(name: string): Promise<string> {
  return (await readAgeVector(name)).toString();
}

async function identityLine(): Promise<string> {
  return (await vectorText('x25519.txt')).trim().split('\n').at(-1) ?? '';
}

describe('reading an identity file', () => {
  it('takes several identities, comments, blank lines, CRLF and PEM blocks', async () => {
    const line = await identityLine();
    const hybrid = await vectorText('hybrid.txt');
    const text = `# mine\r\n\r\n  ${line}  \r\n${await vectorText('ssh-rsa')}\n${hybrid}${line}`;
    expect(await parseIdentityFile(keyOf(text))).toHaveLength(4);
  });

  it.each(['x25519.txt', 'hybrid.txt', 'ssh-ed25519', 'ssh-rsa', 'ssh-rsa-pkcs1'])(
    'takes what the real tools wrote: %s',
    async (name) => {
      expect(await parseIdentityFile(await ageKey(name))).toHaveLength(1);
    },
  );

  it('names the line of what it cannot read, never its content', async () => {
    const line = await identityLine();
    const broken = `${line.slice(0, -1)}${line.endsWith('Q') ? 'P' : 'Q'}`;
    const file = keyOf(`# first\n${line}\n\n${broken}\n`);
    const error = await expectCode(parseIdentityFile(file), 'MAYFLY_AGE_IDENTITY_INVALID');
    expect(error.message).toBe('line 4 of key file keys/age.txt is not an age identity');
  });

  it('counts the lines of a PEM block', async () => {
    const pem = await vectorText('ssh-ed25519');
    const error = await expectCode(
      parseIdentityFile(keyOf(`${pem}nonsense\n`)),
      'MAYFLY_AGE_IDENTITY_INVALID',
    );
    expect(error.message).toContain(`line ${pem.split('\n').length} `);
  });

  it.each([
    { when: 'words', text: 'hello' },
    { when: 'a recipient', text: 'age1qqpqyqszqgpqyqszqgpqyqszqgpqyqszqgpqyqszqgpqyqszqgpq' },
    { when: 'a prefix alone', text: 'AGE-SECRET-KEY-1' },
    { when: 'a PEM block without end', text: '-----BEGIN OPENSSH PRIVATE KEY-----\nAAAA\n' },
    {
      when: 'a certificate',
      text: '-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n',
    },
  ])('refuses $when', async ({ text }) => {
    await expectCode(parseIdentityFile(keyOf(text)), 'MAYFLY_AGE_IDENTITY_INVALID');
  });

  it('refuses mixed case and lower case, as age does', async () => {
    const line = await identityLine();
    const mixed = line.slice(0, 30) + line.slice(30).toLowerCase();
    await expectCode(parseIdentityFile(keyOf(mixed)), 'MAYFLY_AGE_IDENTITY_INVALID');
    await expectCode(parseIdentityFile(keyOf(line.toLowerCase())), 'MAYFLY_AGE_IDENTITY_INVALID');
  });

  it('refuses an rsa key of 1024 bits', async () => {
    await expectCode(
      parseIdentityFile(await ageKey('ssh-rsa-1024')),
      'MAYFLY_AGE_IDENTITY_INVALID',
    );
  });

  it('refuses plugin identities by name', async () => {
    await expectCode(
      parseIdentityFile(keyOf('# hardware\nAGE-PLUGIN-YUBIKEY-1QQPQYQSZQGP\n')),
      'MAYFLY_AGE_IDENTITY_PLUGIN',
    );
  });

  it.each(['x25519-protected.txt', 'ssh-ed25519-protected'])(
    'refuses a key that a passphrase protects: %s',
    async (name) => {
      const file = await ageKey(name);
      await expectCode(parseIdentityFile(file), 'MAYFLY_AGE_IDENTITY_PROTECTED');
    },
  );

  it.each(['', '\n\n', '# only a comment'])('refuses a file without identities', async (text) => {
    await expectCode(parseIdentityFile(keyOf(text)), 'MAYFLY_AGE_IDENTITY_NONE');
  });

  it('is bounded in bytes and identities', async () => {
    const line = await identityLine();
    await expectCode(parseIdentityFile(keyOf('#'.repeat(65_537))), 'MAYFLY_AGE_IDENTITY_LIMIT');
    await expectCode(parseIdentityFile(keyOf(`${line}\n`.repeat(65))), 'MAYFLY_AGE_IDENTITY_LIMIT');
  });
});
