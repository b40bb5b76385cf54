import { spawnSync } from 'node:child_process';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { GitAuth, GitRequest } from '#core/ports/git/git-repository.ts';
import { SecretBytes } from '#core/secret/secret-bytes.ts';
import { expectCode } from '#test/support/expect-code.ts';
import { createGitBench, never, type GitBench } from '#test/support/git-server/create-git-bench.ts';
import { renderBasicAuth } from '#test/support/git-server/create-test-git-server.ts';
import {
  createTestKeyPair,
  createTestSshServer,
  type TestSshServer,
} from '#test/support/git-server/create-test-ssh-server.ts';

function secret(text: string): SecretBytes {
  return SecretBytes.take(Buffer.from(text));
}

function basic(username: string, password: string): GitAuth {
  return { kind: 'basic', username: secret(username), password: secret(password) };
}

async function readFirst(bench: GitBench, request: GitRequest, commit: string): Promise<string> {
  const { files } = await bench.repository.listFiles(request, commit, never);
  const blobs = files.map((file) => file.blob);
  for await (const entry of bench.repository.readBlobs(request, blobs, never)) {
    if ('bytes' in entry) return Buffer.from(entry.bytes).toString();
  }
  return '';
}

describe('login over https', () => {
  let bench: GitBench | null = null;

  afterEach(async () => {
    await bench?.close();
  });

  it('hands user name and password to git by its askpass program', async () => {
    bench = await createGitBench({ auth: renderBasicAuth('reader', 'pass"word\\ 1') });
    const commit = await bench.work.push({ 'a.txt': 'one' });
    const request = bench.request({ auth: basic('reader', 'pass"word\\ 1') });
    const result = await bench.repository.fetch(request, never);
    expect(result.kind).toBe('accepted');
    expect(await readFirst(bench, request, commit)).toBe('one');
  });

  it('hands a bearer token to git by an unlinked file', async () => {
    bench = await createGitBench({ auth: 'Bearer token"with\\quotes' });
    const commit = await bench.work.push({ 'a.txt': 'one' });
    const auth = { kind: 'bearer', token: secret('token"with\\quotes') } as const;
    const request = bench.request({ auth });
    await bench.repository.fetch(request, never);
    expect(await readFirst(bench, request, commit)).toBe('one');
    const poll = bench.request({ auth, accepted: { commit } });
    const before = bench.server.requests.length;
    await bench.repository.fetch(poll, never);
    expect(bench.server.requests.length - before).toBe(2);
  });

  it('refuses wrong credentials', async () => {
    bench = await createGitBench({ auth: renderBasicAuth('reader', 'right') });
    await bench.work.push({ 'a.txt': 'one' });
    const auths: GitAuth[] = [
      basic('reader', 'wrong'),
      { kind: 'none' },
      { kind: 'bearer', token: secret('wrong') },
    ];
    for (const auth of auths) {
      const fetched = bench.repository.fetch(bench.request({ auth }), never);
      await expectCode(fetched, 'MAYFLY_GIT_UNAUTHENTICATED');
    }
  });

  it('refuses a credential that would end a line early', async () => {
    bench = await createGitBench();
    for (const auth of [basic('reader', 'one\ntwo'), basic('', 'x'), basic('a\rb', 'x')]) {
      const fetched = bench.repository.fetch(bench.request({ auth }), never);
      await expectCode(fetched, 'MAYFLY_GIT_CREDENTIAL_INVALID');
    }
  });

  it('refuses an ssh key for https', async () => {
    bench = await createGitBench();
    const auth = { kind: 'ssh', privateKey: secret('x'), knownHosts: '' } as const;
    await expectCode(
      bench.repository.fetch(bench.request({ auth }), never),
      'MAYFLY_GIT_AUTH_UNFIT',
    );
  });
});

const hasSsh = spawnSync('ssh', ['-V']).status === 0;

(hasSsh ? describe : describe.skip)('login over ssh', () => {
  const key = createTestKeyPair('ed25519');
  let bench: GitBench;
  let server: TestSshServer;

  beforeEach(async () => {
    bench = await createGitBench();
    server = await createTestSshServer({ repository: bench.work.bare, allowedKey: key.publicKey });
  });

  afterEach(async () => {
    await server.close();
    await bench.close();
  });

  function request(auth: Partial<GitAuth & { kind: 'ssh' }> = {}): GitRequest {
    const { knownHosts } = server;
    const privateKey = secret(key.privateKey);
    const login = { kind: 'ssh', privateKey, knownHosts, ...auth } as const;
    return bench.request({ url: server.url, auth: login });
  }

  it('reads with a key that stays in this process', async () => {
    const commit = await bench.work.push({ 'a.txt': 'one' });
    const result = await bench.repository.fetch(request(), never);
    expect(result.kind).toBe('accepted');
    expect(await readFirst(bench, request(), commit)).toBe('one');
    const tip = await bench.work.push({ 'a.txt': 'two' });
    const next = { ...request(), accepted: { commit } };
    expect(await bench.repository.fetch(next, never)).toMatchObject({ revision: { commit: tip } });
    expect(server.commands.every((command) => command.startsWith('git-upload-pack'))).toBe(true);
  });

  it('refuses a host key that is not known', async () => {
    await bench.work.push({ 'a.txt': 'one' });
    const other = createTestKeyPair('ed25519').publicKey;
    const host = server.knownHosts.split(' ')[0] ?? '';
    for (const knownHosts of ['', `${host} ${other}\n`]) {
      const fetched = bench.repository.fetch(request({ knownHosts }), never);
      await expectCode(fetched, 'MAYFLY_GIT_HOST_KEY');
    }
  });

  it('refuses a key that the host does not know', async () => {
    const privateKey = secret(createTestKeyPair('ed25519').privateKey);
    const fetched = bench.repository.fetch(request({ privateKey }), never);
    await expectCode(fetched, 'MAYFLY_GIT_UNAUTHENTICATED');
  });

  it('refuses a key that cannot be read, and one without its passphrase', async () => {
    const sealed = createTestKeyPair('ed25519', 'open sesame');
    for (const text of ['not a key', key.publicKey, sealed.privateKey]) {
      const fetched = bench.repository.fetch(request({ privateKey: secret(text) }), never);
      await expectCode(fetched, 'MAYFLY_GIT_SSH_KEY_INVALID');
    }
  });

  it('signs with every type of key, and opens one with its passphrase', async () => {
    await bench.work.push({ 'a.txt': 'one' });
    for (const type of ['ed25519', 'ecdsa', 'rsa'] as const) {
      const sealed = createTestKeyPair(type, 'open sesame');
      await server.close();
      const allowedKey = sealed.publicKey;
      server = await createTestSshServer({ repository: bench.work.bare, allowedKey });
      const auth = { privateKey: secret(sealed.privateKey), passphrase: secret('open sesame') };
      expect((await bench.repository.fetch(request(auth), never)).kind).toBe('accepted');
    }
  });
});
