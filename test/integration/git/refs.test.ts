import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { GitRef, GitRequest } from '#core/ports/git/git-repository.ts';
import { SecretBytes } from '#core/secret/secret-bytes.ts';
import { expectCode } from '#test/support/expect-code.ts';
import {
  createGitBench,
  defaultLimits,
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

async function pushTag(name: string, content: string): Promise<string> {
  const commit = await bench.work.push({ 'a.txt': content });
  await bench.work.git('tag', '--force', '-a', '-m', name, name);
  await bench.work.git('push', '-q', '--force', 'origin', `refs/tags/${name}`);
  return commit;
}

describe('following a tag', () => {
  const ref: GitRef = { kind: 'tag', name: 'v1.0.0' };

  it('accepts its commit, and stands still while it does', async () => {
    const commit = await pushTag('v1.0.0', 'one');
    const result = await bench.repository.fetch(bench.request({ ref }), never);
    const revision = { commit, tag: 'v1.0.0' };
    expect(result).toEqual({ kind: 'accepted', revision, rewound: false });
    await bench.work.push({ 'a.txt': 'two' });
    const again = await bench.repository.fetch(bench.request({ ref, accepted: revision }), never);
    expect(again.kind).toBe('unchanged');
  });

  it('refuses it when it moved, unless all history is allowed', async () => {
    const commit = await pushTag('v1.0.0', 'one');
    const moved = await pushTag('v1.0.0', 'evil');
    const request = bench.request({ ref, accepted: { commit, tag: 'v1.0.0' } });
    await expectCode(bench.repository.fetch(request, never), 'MAYFLY_GIT_TAG_MOVED');
    const any = await bench.repository.fetch({ ...request, history: 'Any' }, never);
    expect(any).toMatchObject({ revision: { commit: moved }, rewound: true });
  });
});

describe('following a range of versions', () => {
  const ref: GitRef = { kind: 'semver', range: '1.x' };

  it('takes the highest tag, and refuses a lower one after it was removed', async () => {
    await pushTag('v1.0.0', 'one');
    const higher = await pushTag('v1.1.0', 'two');
    await pushTag('v2.0.0', 'three');
    const result = await bench.repository.fetch(bench.request({ ref }), never);
    const revision = { commit: higher, tag: 'v1.1.0' };
    expect(result).toEqual({ kind: 'accepted', revision, rewound: false });
    await bench.work.git('push', '-q', 'origin', ':refs/tags/v1.1.0');
    const request = bench.request({ ref, accepted: revision });
    await expectCode(bench.repository.fetch(request, never), 'MAYFLY_GIT_SEMVER_LOWER');
  });

  it('takes a higher version from a branch of its own', async () => {
    const first = await pushTag('v1.0.0', 'one');
    await bench.work.git('checkout', '-q', '--orphan', 'other');
    const second = await pushTag('v1.0.1', 'two');
    const request = bench.request({ ref, accepted: { commit: first, tag: 'v1.0.0' } });
    const result = await bench.repository.fetch(request, never);
    expect(result).toMatchObject({ revision: { commit: second }, rewound: false });
  });
});

describe('following a commit', () => {
  it('takes it though no ref points to it any more', async () => {
    const id = await bench.work.push({ 'a.txt': 'one' });
    await bench.work.push({ 'a.txt': 'two' });
    const request = bench.request({ ref: { kind: 'commit', id } });
    expect(await bench.repository.fetch(request, never)).toMatchObject({
      revision: { commit: id },
    });
    const missing = bench.request({ ref: { kind: 'commit', id: 'a'.repeat(40) } });
    await expectCode(bench.repository.fetch(missing, never), 'MAYFLY_GIT_REF_NOT_FOUND');
  });
});

describe('a branch', () => {
  it('that is not there is told so, in an empty repository too', async () => {
    const empty = bench.repository.fetch(bench.request(), never);
    await expectCode(empty, 'MAYFLY_GIT_REF_NOT_FOUND');
    await bench.work.push({ 'a.txt': 'one' });
    const gone = bench.request({ ref: { kind: 'branch', name: 'gone' } });
    await expectCode(bench.repository.fetch(gone, never), 'MAYFLY_GIT_REF_NOT_FOUND');
  });

  it('whose rewriting is longer than the budget of commits is a rewind', async () => {
    const accepted = await bench.work.push({ 'a.txt': 'one' });
    await bench.work.git('checkout', '-q', '--orphan', 'other');
    for (let count = 0; count < 12; count += 1) {
      await bench.work.git('commit', '-q', '--allow-empty', '-m', String(count));
    }
    await bench.work.git('push', '-q', '--force', 'origin', 'HEAD:main');
    const limits = { ...defaultLimits, commits: 5 };
    const request = bench.request({ accepted: { commit: accepted }, limits });
    await expectCode(bench.repository.fetch(request, never), 'MAYFLY_GIT_REWIND');
  });

  it('with more honest commits than the budget is a rewind, within it is none', async () => {
    const accepted = await bench.work.push({ 'a.txt': 'one' });
    for (let count = 0; count < 8; count += 1) {
      await bench.work.git('commit', '-q', '--allow-empty', '-m', String(count));
    }
    await bench.work.git('push', '-q', 'origin', 'HEAD');
    const request = bench.request({ accepted: { commit: accepted } });
    const small = { ...request, limits: { ...defaultLimits, commits: 7 } };
    await expectCode(bench.repository.fetch(small, never), 'MAYFLY_GIT_REWIND');
    const enough = { ...request, limits: { ...defaultLimits, commits: 8 } };
    expect(await bench.repository.fetch(enough, never)).toMatchObject({ rewound: false });
  });

  it('that was merged with another one descends from both', async () => {
    const accepted = await bench.work.push({ 'a.txt': 'one' });
    await bench.work.git('checkout', '-q', '-b', 'side');
    await bench.work.git('commit', '-q', '--allow-empty', '-m', 'side');
    await bench.work.git('checkout', '-q', 'main');
    await bench.work.git('commit', '-q', '--allow-empty', '-m', 'main');
    await bench.work.git('merge', '-q', '--no-ff', '-m', 'merge', 'side');
    const tip = await bench.work.push({});
    const result = await bench.repository.fetch(
      bench.request({ accepted: { commit: accepted } }),
      never,
    );
    expect(result).toMatchObject({ revision: { commit: tip }, rewound: false });
  });
});

describe('a host without partial clones', () => {
  it('is read whole, and its history proven', async () => {
    await bench.close();
    bench = await createGitBench({ filters: false });
    const first = await bench.work.push({ 'a.txt': 'one', 'dir/b.txt': 'two' });
    await bench.repository.fetch(bench.request(), never);
    const tip = await bench.work.push({ 'a.txt': 'changed' });
    const request = bench.request({ accepted: { commit: first } });
    expect(await bench.repository.fetch(request, never)).toMatchObject({ rewound: false });
    const before = bench.server.requests.length;
    const { files } = await bench.repository.listFiles(request, tip, never);
    expect(files.map((file) => file.path)).toEqual(['a.txt', 'dir/b.txt']);
    expect(bench.server.requests).toHaveLength(before);
    const limits = { ...defaultLimits, bytes: 300 };
    await bench.repository.forget(request.key);
    const small = bench.repository.fetch(bench.request({ limits }), never);
    await expectCode(small, 'MAYFLY_GIT_BYTES_EXCEEDED');
  });
});

describe('what the host is asked', () => {
  it('is one request for all blobs of a change', async () => {
    await bench.work.push({ 'a.txt': 'one', 'b.txt': 'two' });
    const request = bench.request();
    const { revision } = await bench.repository.fetch(request, never);
    const { files } = await bench.repository.listFiles(request, revision.commit, never);
    const before = bench.server.requests.length;
    const blobs = files.map((file) => file.blob);
    const read: string[] = [];
    for await (const entry of bench.repository.readBlobs(request, [...blobs, ...blobs], never)) {
      read.push(entry.blob);
    }
    expect(read).toEqual([...blobs, ...blobs]);
    expect(bench.server.requests.slice(before)).toEqual([
      'GET /repository.git/info/refs?service=git-upload-pack',
      'POST /repository.git/git-upload-pack',
    ]);
    for await (const entry of bench.repository.readBlobs(request, blobs, never)) {
      expect(read).toContain(entry.blob);
    }
    expect(bench.server.requests).toHaveLength(before + 2);
  });

  it('is only what include names', async () => {
    await bench.work.push({ 'in/a.yaml': 'one', 'in/b.txt': 'two', 'out/c.yaml': 'three' });
    const request = bench.request({ include: ['in/*.yaml'] });
    const { revision } = await bench.repository.fetch(request, never);
    const { files } = await bench.repository.listFiles(request, revision.commit, never);
    expect(files.map((file) => file.path)).toEqual(['in/a.yaml']);
  });
});

describe('a machine that is not fit', () => {
  let folder: string;

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'mayfly-test-'));
  });

  afterEach(async () => {
    await rm(folder, { recursive: true });
  });

  it('has no git, or too old a one', async () => {
    const missing = await openRepository(folder, { options: { gitProgram: join(folder, 'git') } });
    await expectCode(missing.fetch(bench.request(), never), 'MAYFLY_GIT_NOT_INSTALLED');
    const gitProgram = join(folder, 'old-git');
    await writeFile(gitProgram, '#!/bin/sh\necho git version 2.30.2\n');
    await chmod(gitProgram, 0o755);
    const old = await openRepository(folder, { options: { gitProgram } });
    await expectCode(old.fetch(bench.request(), never), 'MAYFLY_GIT_TOO_OLD');
  });

  it('has no memory folder for a token', async () => {
    const memoryDirectory = process.cwd();
    const disk = await openRepository(folder, { options: { memoryDirectory } });
    const auth: GitRequest['auth'] = { kind: 'bearer', token: SecretBytes.take(Buffer.from('t')) };
    const fetched = disk.fetch(bench.request({ auth }), never);
    await expectCode(fetched, 'MAYFLY_GIT_NO_MEMORY_FOLDER');
  });

  it('is not reached with a key that is no name, nor with a host that is not allowed', async () => {
    const key = '../outside/x';
    await expectCode(
      bench.repository.fetch(bench.request({ key }), never),
      'MAYFLY_GIT_KEY_INVALID',
    );
    const url = 'https://elsewhere.example/r';
    const fetched = bench.repository.fetch(bench.request({ url }), never);
    await expectCode(fetched, 'MAYFLY_GIT_HOST_NOT_ALLOWED');
  });
});
