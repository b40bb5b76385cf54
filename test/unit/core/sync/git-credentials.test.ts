import { describe, expect, it } from '@jest/globals';
import type { GitSource } from '#core/api/git-source.ts';
import { SecretBytes } from '#core/secret/secret-bytes.ts';
import { readGitCredentials, wipeAuth } from '#core/sync/git-credentials.ts';
import { expectCode } from '#test/support/expect-code.ts';

type Type = GitSource['auth']['type'];

function keysOf(texts: Readonly<Record<string, string>>): ReadonlyMap<string, SecretBytes> {
  return new Map(
    Object.entries(texts).map(([key, text]) => [key, SecretBytes.take(Buffer.from(text))]),
  );
}

function read(
  type: Type,
  texts: Readonly<Record<string, string>>,
): ReturnType<typeof readGitCredentials> {
  return readGitCredentials({ type, secretName: 'git' }, keysOf(texts));
}

function text(bytes: SecretBytes | undefined): string {
  return Buffer.from(bytes?.expose() ?? []).toString();
}

describe('the credentials of a source', () => {
  it('are none without a Secret', () => {
    expect(readGitCredentials({ type: 'none', secretName: null }, new Map())).toEqual({
      auth: { kind: 'none' },
      ca: null,
    });
  });

  it('are a user and a password, without the line break of a file', () => {
    const { auth, ca } = read('basic', { username: 'me\n', password: 'one\r\n', 'ca.crt': 'PEM' });
    if (auth.kind !== 'basic') throw new Error('not basic');
    expect([text(auth.username), text(auth.password), ca]).toEqual(['me', 'one', 'PEM']);
    wipeAuth(auth);
    expect(auth.username.isWiped && auth.password.isWiped).toBe(true);
  });

  it('are a token', () => {
    const { auth } = read('bearer', { bearerToken: 'token\n' });
    if (auth.kind !== 'bearer') throw new Error('not bearer');
    expect(text(auth.token)).toBe('token');
    wipeAuth(auth);
    expect(auth.token.isWiped).toBe(true);
  });

  it('are an ssh key as it is, known hosts and perhaps a passphrase', () => {
    const { auth } = read('ssh', { identity: 'KEY\n', known_hosts: 'host key\n', password: 'p\n' });
    if (auth.kind !== 'ssh') throw new Error('not ssh');
    expect(text(auth.privateKey)).toBe('KEY\n');
    expect(auth.knownHosts).toBe('host key\n');
    expect(text(auth.passphrase)).toBe('p');
    wipeAuth(auth);
    expect(auth.privateKey.isWiped && auth.passphrase?.isWiped).toBe(true);
    const plain = read('ssh', { identity: 'KEY', known_hosts: 'host' });
    expect(plain.auth).not.toHaveProperty('passphrase');
    wipeAuth(plain.auth);
  });

  it.each<[Type, Readonly<Record<string, string>>, string]>([
    ['none', {}, 'ca.crt'],
    ['basic', { username: 'me' }, 'password'],
    ['basic', { password: 'one' }, 'username'],
    ['bearer', {}, 'bearerToken'],
    ['ssh', { identity: 'KEY' }, 'known_hosts'],
    ['ssh', { known_hosts: 'host' }, 'identity'],
  ])('of type %s with %j lack a key', async (type, texts, key) => {
    const error = await expectCode(() => read(type, texts), 'MAYFLY_SYNC_CREDENTIALS_INCOMPLETE');
    expect(error.message).toBe(`the credentials git of the source have no ${key}`);
  });

  it('without anything to wipe are wiped as well', () => {
    expect(wipeAuth({ kind: 'none' })).toBeUndefined();
  });
});
