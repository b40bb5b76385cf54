import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { randomBytes } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { GitRequest } from '#core/ports/git/git-repository.ts';
import { expectCode } from '#test/support/expect-code.ts';
import { createFaultProxy, type FaultProxy } from '#test/support/fault-proxy.ts';
import { createGitBench, never, type GitBench } from '#test/support/git-server/create-git-bench.ts';
import { createTestCertificates } from '#test/support/git-server/create-test-certificates.ts';

let bench: GitBench;
let proxy: FaultProxy;

beforeEach(async () => {
  const certificates = await createTestCertificates(['localhost']);
  bench = await createGitBench({ certificates });
  proxy = await createFaultProxy({ targetPort: bench.server.port, certificates });
});

afterEach(async () => {
  await proxy.close();
  await bench.close();
});

function request(changes: Partial<GitRequest> = {}): GitRequest {
  const url = `https://localhost:${proxy.port}/repository.git`;
  return bench.request({ url, ...changes });
}

/** Only the fault may be to blame: without it the same request must work. */
async function expectRecovery(): Promise<void> {
  proxy.setFault({ kind: 'none' });
  expect((await bench.repository.fetch(request(), never)).kind).toBe('accepted');
}

describe('a broken way to the host', () => {
  it('times out when the host stalls, and ends every process', async () => {
    await bench.work.push({ 'a.txt': 'one' });
    proxy.setFault({ kind: 'stall' });
    const fetched = bench.repository.fetch(request({ timeoutMs: 700 }), never);
    const error = await expectCode(fetched, 'MAYFLY_GIT_TIMEOUT');
    expect(error.kind).toBe('unavailable');
    expect(await findGitProcesses(bench.folder)).toEqual([]);
    await expectRecovery();
  });

  it('ends at once when the caller gives up', async () => {
    proxy.setFault({ kind: 'stall' });
    const controller = new AbortController();
    const fetched = bench.repository.fetch(request(), controller.signal);
    const reason = new Error('the source was removed');
    while (proxy.connections === 0) await new Promise((resolve) => setImmediate(resolve));
    controller.abort(reason);
    await expect(fetched).rejects.toBe(reason);
    expect(await findGitProcesses(bench.folder)).toEqual([]);
  });

  it.each([0, 300, 3000, 20_000, 150_000])(
    'is unavailable when cut after %i bytes',
    async (after) => {
      await bench.work.push({ 'a.txt': 'one', 'b.bin': randomBytes(400_000).toString('hex') });
      proxy.setFault({ kind: 'cut', afterBytes: after });
      const passes = readEverything(request());
      expect((await expectCode(passes, 'MAYFLY_GIT_UNAVAILABLE')).kind).toBe('unavailable');
      await expectRecovery();
      expect(await readEverything(request())).toBe(2);
    },
  );

  it('times out when the host drips', async () => {
    await bench.work.push({ 'a.bin': randomBytes(200_000).toString('hex') });
    proxy.setFault({ kind: 'drip', bytes: 16 });
    await expectCode(readEverything(request({ timeoutMs: 900 })), 'MAYFLY_GIT_TIMEOUT');
    await expectRecovery();
  });

  it('is unavailable when the connection is reset', async () => {
    await bench.work.push({ 'a.txt': 'one' });
    proxy.setFault({ kind: 'reset' });
    await expectCode(bench.repository.fetch(request(), never), 'MAYFLY_GIT_UNAVAILABLE');
    await expectRecovery();
  });
});

async function readEverything(asked: GitRequest): Promise<number> {
  const { revision } = await bench.repository.fetch(asked, never);
  const { files } = await bench.repository.listFiles(asked, revision.commit, never);
  const blobs = files.map((file) => file.blob);
  let count = 0;
  for await (const entry of bench.repository.readBlobs(asked, blobs, never)) {
    if ('bytes' in entry) count += 1;
  }
  return count;
}

describe('a host that answers with a status', () => {
  it.each([
    [429, 'MAYFLY_GIT_THROTTLED'],
    [500, 'MAYFLY_GIT_UNAVAILABLE'],
    [503, 'MAYFLY_GIT_UNAVAILABLE'],
    [401, 'MAYFLY_GIT_UNAUTHENTICATED'],
    [403, 'MAYFLY_GIT_FORBIDDEN'],
    [404, 'MAYFLY_GIT_NOT_FOUND'],
  ] as const)('%i is %s', async (status, code) => {
    proxy.setFault({ kind: 'answer', status });
    const error = await expectCode(bench.repository.fetch(request(), never), code);
    expect(error.retryAfterMs).toBeUndefined();
  });

  it('tells how long the host asked to wait', async () => {
    for (const status of [429, 503]) {
      proxy.setFault({ kind: 'answer', status, headers: { 'retry-after': '17' } });
      const error = await bench.repository
        .fetch(request(), never)
        .catch((caught: unknown) => caught);
      expect(error).toMatchObject({ retryAfterMs: 17_000 });
    }
  });
});

async function findGitProcesses(folder: string): Promise<readonly string[]> {
  const found: string[] = [];
  for (const pid of await readdir('/proc')) {
    if (!/^[0-9]+$/u.test(pid)) continue;
    const line = await readCommandLine(pid);
    if (line.startsWith('git') && line.includes(join(folder, 'stores'))) found.push(line);
  }
  return found;
}

async function readCommandLine(pid: string): Promise<string> {
  const line = await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '');
  return line.replaceAll('\0', ' ');
}
