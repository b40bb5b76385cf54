import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { GitRequest } from '#core/ports/git/git-repository.ts';
import { expectCode } from '#test/support/expect-code.ts';
import {
  createGitBench,
  never,
  openRepository,
  type GitBench,
} from '#test/support/git-server/create-git-bench.ts';

let bench: GitBench;

beforeEach(async () => {
  bench = await createGitBench();
});

afterEach(async () => {
  await bench.close();
});

async function readAll(
  request: GitRequest,
  commit: string,
  repository = bench.repository,
): Promise<Record<string, string>> {
  const { files } = await repository.listFiles(request, commit, never);
  const contents: Record<string, string> = {};
  let index = 0;
  for await (const entry of repository.readBlobs(
    request,
    files.map((file) => file.blob),
    never,
  )) {
    const text = 'bytes' in entry ? Buffer.from(entry.bytes).toString() : entry.refused;
    contents[files[index]?.path ?? ''] = text;
    index += 1;
  }
  return contents;
}

describe('fetching a branch', () => {
  it('accepts the tip at first sight and reads its files', async () => {
    const commit = await bench.work.push({ 'a.txt': 'one', 'b/c.txt': 'two' });
    const request = bench.request();
    const result = await bench.repository.fetch(request, never);
    expect(result).toEqual({ kind: 'accepted', revision: { commit }, rewound: false });
    expect(await readAll(request, commit)).toEqual({ 'a.txt': 'one', 'b/c.txt': 'two' });
  });

  it('asks nobody for blobs that were brought beforehand, and brings them again when they are gone', async () => {
    const commit = await bench.work.push({ 'a.txt': 'one', 'b.txt': 'two' });
    const request = bench.request();
    await bench.repository.fetch(request, never);
    const { files } = await bench.repository.listFiles(request, commit, never);
    const before = bench.server.requests.length;
    const blobs = files.map(({ blob }) => blob);
    await bench.repository.prefetch(request, blobs, never);
    const brought = bench.server.requests.length;
    expect(brought).toBeGreaterThan(before);
    expect(await readAll(request, commit)).toEqual({ 'a.txt': 'one', 'b.txt': 'two' });
    expect(await readAll(request, commit)).toEqual({ 'a.txt': 'one', 'b.txt': 'two' });
    expect(bench.server.requests).toHaveLength(brought);
    await bench.repository.prefetch(request, blobs, never);
    await bench.repository.forget(request.key);
    await bench.repository.fetch(request, never);
    expect(await readAll(request, commit)).toEqual({ 'a.txt': 'one', 'b.txt': 'two' });
  });

  it('asks two requests and brings no object when nothing changed', async () => {
    const commit = await bench.work.push({ 'a.txt': 'one' });
    const request = bench.request({ accepted: { commit } });
    const result = await bench.repository.fetch(request, never);
    expect(result.kind).toBe('unchanged');
    expect(bench.server.requests).toHaveLength(2);
  });

  it('accepts a push that follows the accepted commit, a revert too', async () => {
    const first = await bench.work.push({ 'a.txt': 'one', 'same.txt': 'same' });
    await bench.repository.fetch(bench.request(), never);
    await bench.work.push({ 'a.txt': 'two' });
    await bench.work.git('revert', '--no-edit', 'HEAD');
    const tip = await bench.work.push({});
    const request = bench.request({ accepted: { commit: first } });
    const result = await bench.repository.fetch(request, never);
    expect(result).toEqual({ kind: 'accepted', revision: { commit: tip }, rewound: false });
    expect(await readAll(request, tip)).toEqual({ 'a.txt': 'one', 'same.txt': 'same' });
  });

  it('refuses a rewritten branch, and takes it when all history is allowed', async () => {
    await bench.work.push({ 'a.txt': 'one' });
    const accepted = await bench.work.push({ 'a.txt': 'two' });
    await bench.repository.fetch(bench.request(), never);
    await bench.work.git('reset', '-q', '--hard', 'HEAD~1');
    const tip = await bench.work.push({ 'a.txt': 'evil' });
    const request = bench.request({ accepted: { commit: accepted } });
    await expectCode(bench.repository.fetch(request, never), 'MAYFLY_GIT_REWIND');
    const any = await bench.repository.fetch({ ...request, history: 'Any' }, never);
    expect(any).toEqual({ kind: 'accepted', revision: { commit: tip }, rewound: true });
    expect(await readAll(request, tip)).toEqual({ 'a.txt': 'evil' });
  });

  it('proves descent after the local store was lost', async () => {
    const first = await bench.work.push({ 'a.txt': 'one' });
    await bench.repository.fetch(bench.request(), never);
    const tip = await bench.work.push({ 'a.txt': 'two' });
    await bench.repository.forget('default/source');
    const restarted = await openRepository(bench.folder);
    const request = bench.request({ accepted: { commit: first } });
    const result = await restarted.fetch(request, never);
    expect(result).toEqual({ kind: 'accepted', revision: { commit: tip }, rewound: false });
    await bench.repository.forget('default/source');
    expect(await readAll(request, tip, restarted)).toEqual({ 'a.txt': 'two' });
  });

  it('proves descent from an older commit than those that are here', async () => {
    const first = await bench.work.push({ 'a.txt': 'one' });
    await bench.work.push({ 'a.txt': 'two' });
    const tip = await bench.work.push({ 'a.txt': 'three' });
    await bench.repository.fetch(bench.request(), never);
    const request = bench.request({ accepted: { commit: first } });
    const result = await bench.repository.fetch(request, never);
    expect(result).toEqual({ kind: 'accepted', revision: { commit: tip }, rewound: false });
  });

  it('still refuses a rewritten branch after the local store was lost', async () => {
    await bench.work.push({ 'a.txt': 'one' });
    const accepted = await bench.work.push({ 'a.txt': 'two' });
    await bench.work.git('reset', '-q', '--hard', 'HEAD~1');
    await bench.work.push({ 'a.txt': 'evil' });
    const request = bench.request({ accepted: { commit: accepted } });
    await expectCode(bench.repository.fetch(request, never), 'MAYFLY_GIT_REWIND');
  });
});
