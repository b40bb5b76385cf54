import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { GitAuth, GitRepository } from '#core/ports/git/git-repository.ts';
import { SecretBytes } from '#core/secret/secret-bytes.ts';
import { createFaultProxy, type FaultProxy } from '#test/support/fault-proxy.ts';
import {
  createGitBench,
  never,
  openRepository,
  type GitBench,
} from '#test/support/git-server/create-git-bench.ts';
import { renderBasicAuth } from '#test/support/git-server/create-test-git-server.ts';
import { createTestCertificates } from '#test/support/git-server/create-test-certificates.ts';

const canary = 'canary-7f3a9c51';

let bench: GitBench;
let proxy: FaultProxy;
let memoryDirectory: string;
let repository: GitRepository;
const held = { requests: 0 };

beforeEach(async () => {
  const certificates = await createTestCertificates(['localhost']);
  const answer = renderBasicAuth('reader', canary);
  bench = await createGitBench({
    certificates,
    answer: (request, response) => {
      const { authorization } = request.headers;
      if (authorization === undefined) return false;
      if (authorization !== answer && authorization !== `Bearer ${canary}`) return false;
      held.requests += 1;
      response.on('error', () => undefined);
      return true;
    },
    auth: 'nothing but what is held above',
  });
  proxy = await createFaultProxy({ targetPort: bench.server.port });
  memoryDirectory = await mkdtemp('/dev/shm/mayfly-test-');
  repository = await openRepository(bench.folder, { options: { memoryDirectory } });
  held.requests = 0;
});

afterEach(async () => {
  await proxy.close();
  await bench.close();
  await rm(memoryDirectory, { recursive: true });
});

/** Everything that the machine shows of the programs that work for this test, and the files they leave. */
async function collectTraces(): Promise<string> {
  const texts: string[] = [];
  for (const pid of await readdir('/proc')) {
    if (!/^[0-9]+$/u.test(pid) || Number(pid) === process.pid) continue;
    const environment = await read(`/proc/${pid}/environ`);
    const line = await read(`/proc/${pid}/cmdline`);
    if (`${environment}${line}`.includes(bench.folder)) texts.push(environment, line);
  }
  for (const root of [memoryDirectory, bench.folder]) {
    const entries = await readdir(root, { recursive: true, withFileTypes: true });
    for (const entry of entries) {
      if (entry.isFile()) texts.push(await read(join(entry.parentPath, entry.name)));
    }
  }
  return texts.join('\n');
}

async function read(path: string): Promise<string> {
  return readFile(path, 'latin1').catch(() => '');
}

const auths: readonly (readonly [string, () => GitAuth])[] = [
  [
    'password',
    () => ({
      kind: 'basic',
      username: SecretBytes.take(Buffer.from('reader')),
      password: SecretBytes.take(Buffer.from(canary)),
    }),
  ],
  ['token', () => ({ kind: 'bearer', token: SecretBytes.take(Buffer.from(canary)) })],
];

describe('credentials', () => {
  it.each(auths)('leave the %s in no argument, environment or file', async (_, createAuth) => {
    const controller = new AbortController();
    const request = bench.request({
      url: `https://localhost:${proxy.port}/repository.git`,
      auth: createAuth(),
    });
    const fetched = repository.fetch(request, controller.signal);
    fetched.catch(() => undefined);
    while (held.requests === 0) await new Promise((resolve) => setImmediate(resolve));
    const traces = await collectTraces();
    expect(traces).toContain('git-remote-https');
    for (const encoding of ['latin1', 'base64', 'hex'] as const) {
      expect(traces).not.toContain(Buffer.from(canary).toString(encoding).replaceAll('=', ''));
    }
    controller.abort(new Error('seen enough'));
    await expect(fetched).rejects.toThrow('seen enough');
  });

  it('leave nothing behind in memory folders', async () => {
    await repository.fetch(bench.request(), never).catch(() => undefined);
    expect(await readdir(memoryDirectory)).toEqual([]);
  });

  it('of a process that was killed are removed by the next one', async () => {
    const name = 'mayfly-git-0';
    await mkdir(join(memoryDirectory, name));
    await writeFile(join(memoryDirectory, name, 'known_hosts'), 'left behind');
    await mkdir(join(memoryDirectory, 'of-others'));
    await writeFile(join(bench.folder, 'programs', 'sessions', name), '');
    await openRepository(bench.folder, { options: { memoryDirectory } });
    expect(await readdir(memoryDirectory)).toEqual(['of-others']);
  });
});
