import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, readFile, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { isMayflyError } from '#core/errors/mayfly-error.ts';
import type { GitRequest } from '#core/ports/git/git-repository.ts';
import { expectCode } from '#test/support/expect-code.ts';
import {
  createGitBench,
  defaultLimits,
  never,
  openRepository,
  type GitBench,
} from '#test/support/git-server/create-git-bench.ts';
import { createTestCertificates } from '#test/support/git-server/create-test-certificates.ts';
import {
  hostileRepositories,
  writeHostileRepository,
  type HostileRepository,
  type RawEntry,
} from '#test/support/hostile-repos.ts';

interface Seen {
  readonly files: number;
  readonly skipped: readonly string[];
  readonly unread: readonly string[];
}

let bench: GitBench;

async function see(request: GitRequest): Promise<Seen | string> {
  try {
    const { revision } = await bench.repository.fetch(request, never);
    const { files, skipped } = await bench.repository.listFiles(request, revision.commit, never);
    const blobs = files.map((file) => file.blob);
    const unread: string[] = [];
    for await (const entry of bench.repository.readBlobs(request, blobs, never)) {
      if ('refused' in entry) unread.push(entry.refused);
    }
    return { files: files.length, skipped: skipped.map((entry) => entry.code), unread };
  } catch (error) {
    if (isMayflyError(error)) return error.code;
    throw error;
  }
}

function expectedOf({ expected }: HostileRepository): unknown {
  switch (expected.kind) {
    case 'refused':
      return expected.code;
    case 'skipped':
      return { files: 1, skipped: expected.codes, unread: [] };
    case 'unread':
      return { files: 2, skipped: [], unread: expected.codes };
    case 'harmless':
      return { files: expected.files, skipped: [], unread: [] };
  }
}

describe('a hostile repository', () => {
  let count = 0;

  beforeAll(async () => {
    bench = await createGitBench();
  });

  afterAll(async () => {
    await bench.close();
  });

  /** A source of its own for each test, and a store of its own with it. */
  function request(changes: Partial<GitRequest> = {}): GitRequest {
    return bench.request({ key: `default/source-${count}`, ...changes });
  }

  beforeEach(() => {
    count += 1;
  });

  it.each(hostileRepositories.map((hostile) => [hostile.name, hostile] as const))(
    'with %s is answered clearly',
    async (_, hostile) => {
      await writeHostileRepository(bench.work.bare, hostile.entries());
      expect(await see(request())).toEqual(expectedOf(hostile));
      expect(existsSync('/tmp/owned')).toBe(false);
    },
  );

  it('over the limit of bytes is refused', async () => {
    const entries = Array.from({ length: 900 }, (_, index) => ({
      mode: '100644' as const,
      name: `${String(index).padStart(4, '0')}-${randomBytes(40).toString('hex')}`,
      content: 'x',
    }));
    await writeHostileRepository(bench.work.bare, entries);
    const limits = { bytes: 16_384, files: 1000, fileBytes: 1024, commits: 10 };
    expect(await see(request({ limits }))).toBe('MAYFLY_GIT_BYTES_EXCEEDED');
  });

  it('whose small trees unfold to millions of files is refused', async () => {
    let content: RawEntry[] = [{ mode: '100644', name: 'x', content: 'x' }];
    for (let level = 0; level < 4; level += 1) content = unfold(content, 40);
    await writeHostileRepository(bench.work.bare, content);
    expect(await see(request({ include: ['good.txt'] }))).toBe('MAYFLY_GIT_TREE_EXCEEDED');
    expect(await see(request())).toBe('MAYFLY_GIT_FILES_EXCEEDED');
  });

  it('does not make a planted store read objects of others', async () => {
    const commit = await writeHostileRepository(bench.work.bare, []);
    const info = join(bench.folder, 'stores', `default_source-${count}.git`, 'objects', 'info');
    await mkdir(info, { recursive: true });
    await writeFile(join(info, 'alternates'), `${join(bench.work.bare, 'objects')}\n`);
    await symlink('/dev/null', join(info, '..', '..', 'HEAD'));
    expect(await see(request())).toMatchObject({ files: 1 });
    expect(existsSync(join(info, 'alternates'))).toBe(false);
    expect(await readFile(join(bench.work.bare, 'refs/heads/main'), 'utf8')).toContain(commit);
  });
});

describe('a hostile host', () => {
  afterEach(async () => {
    await bench.close();
  });

  it.each(['/elsewhere.git/info/refs?service=git-upload-pack', 'https://169.254.169.254/latest'])(
    'that redirects to %s is refused',
    async (location) => {
      bench = await createGitBench({
        answer: (_, response) => {
          response.writeHead(302, { location }).end();
          return true;
        },
      });
      await expectCode(bench.repository.fetch(bench.request(), never), 'MAYFLY_GIT_REDIRECT');
      expect(bench.server.requests).toHaveLength(1);
    },
  );

  it.each([
    ['in little memory', 64 * 1024 * 1024, 'MAYFLY_GIT_MEMORY_EXCEEDED'],
    ['and ends after many', 512 * 1024 * 1024, 'MAYFLY_GIT_REFS_EXCEEDED'],
  ] as const)('that lists refs without end is refused %s', async (_, maxMemory, code) => {
    const line = `003d${'a'.repeat(40)} refs/heads/main\n`;
    let left = code === 'MAYFLY_GIT_REFS_EXCEEDED' ? 10 : Infinity;
    bench = await createGitBench({
      answer: (request, response) => {
        if (request.method !== 'POST') return false;
        response.setHeader('content-type', 'application/x-git-upload-pack-result');
        const timer = setInterval(() => {
          response.write(line.repeat(20_000));
          left -= 1;
          if (left === 0) response.end('0000');
          if (left === 0) clearInterval(timer);
        }, 1);
        response.on('close', () => clearInterval(timer));
        return true;
      },
    });
    const repository = await openRepository(bench.folder, { options: { maxMemory } });
    await expectCode(repository.fetch(bench.request(), never), code);
  });

  it('that sends one object without end is refused', async () => {
    const stored = Buffer.concat([Buffer.of(0, 0xff, 0xff, 0, 0), Buffer.alloc(0xffff, 7)]);
    bench = await createGitBench({
      answer: (request, response) => {
        if (bench.server.requests.length < 4 || request.method !== 'POST') return false;
        response.setHeader('content-type', 'application/x-git-upload-pack-result');
        response.write('000dpackfile\n');
        response.write(packetOf(endlessBlob));
        const timer = setInterval(() => {
          for (let at = 0; at < stored.length; at += 60_000) {
            response.write(packetOf(stored.subarray(at, at + 60_000)));
          }
        }, 1);
        response.on('close', () => clearInterval(timer));
        return true;
      },
    });
    await bench.work.push({ 'a.txt': 'one' });
    const limits = { ...defaultLimits, bytes: 4 * 1024 * 1024 };
    expect(await see(bench.request({ limits }))).toBe('MAYFLY_GIT_BYTES_EXCEEDED');
  });

  it('with a certificate of another authority or another name is refused', async () => {
    bench = await createGitBench();
    const other = await createTestCertificates(['localhost']);
    const foreign = bench.repository.fetch(bench.request({ ca: other.caPem }), never);
    await expectCode(foreign, 'MAYFLY_GIT_CERTIFICATE');
    await bench.close();
    bench = await createGitBench({ hosts: ['localhost'] });
    const url = bench.server.url.replace('localhost', '127.0.0.1');
    await expectCode(
      bench.repository.fetch(bench.request({ url }), never),
      'MAYFLY_GIT_CERTIFICATE',
    );
  });

  it('is not asked without the CA that signed it', async () => {
    bench = await createGitBench();
    const { ca, ...request } = bench.request();
    expect(ca).toContain('CERTIFICATE');
    await expectCode(bench.repository.fetch(request, never), 'MAYFLY_GIT_CERTIFICATE');
    const broken = bench.request({ ca: 'no certificate' });
    await expectCode(bench.repository.fetch(broken, never), 'MAYFLY_GIT_CA_INVALID');
  });

  it('is spoken to only where the hosts of the request allow it, if it names any', async () => {
    bench = await createGitBench();
    const commit = await bench.work.push({ 'a.txt': 'one' });
    const elsewhere = bench.request({ hosts: ['git.example.test'] });
    await expectCode(bench.repository.fetch(elsewhere, never), 'MAYFLY_GIT_HOST_NOT_ALLOWED');
    const suffix = bench.request({ hosts: ['*.host', 'localhost'] });
    expect(await bench.repository.fetch(suffix, never)).toMatchObject({ revision: { commit } });
    const closed = await openRepository(bench.folder, {
      options: { policy: { allowedHosts: [] } },
    });
    await expectCode(closed.fetch(bench.request(), never), 'MAYFLY_GIT_HOST_NOT_ALLOWED');
    const { host } = new URL(bench.server.url);
    const named = bench.request({ hosts: [host] });
    expect(await closed.fetch(named, never)).toMatchObject({ revision: { commit } });
  });

  it('is dialled at the address that was checked, which is looked up once', async () => {
    bench = await createGitBench({ hosts: ['git.example.test'] });
    const asked: string[] = [];
    const answers = [['127.0.0.1'], ['169.254.169.254']];
    const repository = await openRepository(bench.folder, {
      deps: {
        resolveHost: (host) => {
          asked.push(host);
          return Promise.resolve(answers.shift() ?? []);
        },
      },
      options: { policy: { allowedHosts: ['git.example.test'] } },
    });
    const commit = await bench.work.push({ 'a.txt': 'one' });
    expect(await repository.fetch(bench.request(), never)).toMatchObject({ revision: { commit } });
    expect(asked).toEqual(['git.example.test']);
    const second = repository.fetch(bench.request(), never);
    await expectCode(second, 'MAYFLY_GIT_ADDRESS_FORBIDDEN');
    await expectCode(repository.fetch(bench.request(), never), 'MAYFLY_GIT_HOST_UNRESOLVED');
  });
});

function unfold(content: readonly RawEntry[], count: number): RawEntry[] {
  return Array.from({ length: count }, (_, index) => ({
    mode: '40000' as const,
    name: `folder-${String(index).padStart(3, '0')}`,
    content,
  }));
}

/** The start of a pack of one blob of half a terabyte, and of its compressed content. */
const endlessBlob = Buffer.concat([
  Buffer.from('PACK\0\0\0\u0002\0\0\0\u0001', 'latin1'),
  Buffer.of(0xb0, 0x80, 0x80, 0x80, 0x80, 0x10, 0x78, 0x01),
]);

function packetOf(content: Buffer): Buffer {
  const length = (content.length + 5).toString(16).padStart(4, '0');
  return Buffer.concat([Buffer.from(`${length}\u0001`, 'latin1'), content]);
}
