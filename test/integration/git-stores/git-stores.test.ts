import { inflateSync } from 'node:zlib';
import { afterEach, describe, expect, it } from '@jest/globals';
import type { StoredSecret } from '#core/ports/secret-store.ts';
import type { SecretNode } from '#core/secret/secret-tree.ts';
import { SecretBytes } from '#core/secret/secret-bytes.ts';
import { describeSecretStore } from '#test/contract/secret-store.ts';
import { canary, findCanary } from '#test/support/canary/find-canary.ts';
import { sourceRef } from '#test/support/controller-rig.ts';
import { expectCode } from '#test/support/expect-code.ts';
import {
  openTestGitStores,
  readAllFiles,
  type OpenGitStores,
} from '#test/support/git-stores/open-git-stores.ts';
import { encryptForVectors } from '#test/support/git-stores/encrypt-for-vectors.ts';
import { readVector } from '#test/support/sops/vectors.ts';
import { until } from '#test/support/until.ts';

const bySops = readVector('types.enc.yaml');
let bench: OpenGitStores;

afterEach(async () => {
  await bench.close();
});

function listLeaves(node: SecretNode): readonly string[] {
  if (node.kind === 'map') {
    return node.entries.flatMap((entry) => (entry.kind === 'entry' ? listLeaves(entry.value) : []));
  }
  if (node.kind === 'value') return [Buffer.from(node.bytes.expose()).toString()];
  return node.kind === 'list'
    ? node.items.flatMap((item) => (item.kind === 'comment' ? [] : listLeaves(item)))
    : [];
}

async function readLeaves(path: string, version?: string): Promise<readonly string[]> {
  const secret = await bench.read(path, version);
  const leaves = listLeaves(secret.fields);
  secret.wipe();
  return leaves;
}

describe('files of a repository as a store', () => {
  it('are read as the real sops encrypted them, of every format', async () => {
    const vectors = [
      'types.enc.yaml',
      'default-rule.enc.json',
      'default-rule.enc.env',
      'default-rule.enc.ini',
      'text.enc.bin',
    ];
    bench = await openTestGitStores(
      Object.fromEntries(vectors.map((path) => [`apps/${path}`, readVector(path).encrypted])),
    );
    const plain = readVector('text.enc.bin').plain.toString();
    expect(await readLeaves('text.enc.bin')).toEqual([plain]);
    for (const path of vectors) expect(await readLeaves(path)).not.toEqual([]);
    expect(bench.reported).toHaveLength(vectors.length + 1);
  });

  it('follow a commit, and answer its values under its id', async () => {
    bench = await openTestGitStores({
      'apps/db.json': await encryptForVectors('db.json', { a: 'one' }),
    });
    const first = (await bench.read('db.json')).version ?? '';
    const second = await bench.work.push({
      'apps/db.json': await encryptForVectors('db.json', { a: 'two' }),
    });
    await bench.lookUntil(async () => (await bench.read('db.json')).version === second);
    expect(await readLeaves('db.json', second)).toEqual(['two']);
    await expectCode(bench.read('db.json', first), 'MAYFLY_STORE_NOT_FOUND');
  });

  it('are refused when their history was rewritten, also by a broker that was started anew', async () => {
    bench = await openTestGitStores({ 'apps/db.yaml': bySops.encrypted });
    await bench.work.push({ 'apps/more.yaml': bySops.encrypted });
    await bench.lookUntil(async () => (await bench.read('db.yaml')).version === (await tip()));
    await bench.work.git('reset', '-q', '--hard', 'HEAD~1');
    await bench.work.git('commit', '-q', '--allow-empty', '-m', 'another history');
    await bench.work.git('push', '-q', '--force', 'origin', 'main');
    await bench.lookUntil(async () => (await codeOf('db.yaml')) === 'MAYFLY_GIT_REWIND');
    await bench.restart();
    await expectCode(bench.read('db.yaml'), 'MAYFLY_GIT_REWIND');
  });

  it('are refused when one says that it is older than what was read before, where the source wants that', async () => {
    const newer = readVector('default-rule.enc.json').encrypted;
    bench = await openTestGitStores({ 'apps/db.json': newer }, { rollback: 'Refuse' });
    expect(await readLeaves('db.json')).not.toEqual(['old']);
    const older = await encryptForVectors('db.json', { a: 'old' });
    await bench.work.push({ 'apps/db.json': older });
    await bench.lookUntil(async () => (await codeOf('db.json')) === 'MAYFLY_SYNC_ROLLBACK');
    await bench.restart();
    await expectCode(bench.read('db.json'), 'MAYFLY_SYNC_ROLLBACK');
    bench.objects.annotate(sourceRef(), { 'mayfly.dev/force': 'yes' });
    await until(async () => (await codeOf('db.json')) === 'none');
    expect(await readLeaves('db.json')).toEqual(['old']);
  });

  async function tip(): Promise<string> {
    return (await bench.work.git('rev-parse', 'HEAD')).trim();
  }

  async function codeOf(path: string): Promise<string> {
    return await bench.read(path).then(
      () => 'none',
      (error: { code: string }) => error.code,
    );
  }

  it('are refused when one of them was tampered with, and the others are not', async () => {
    const text = bySops.encrypted.toString();
    const lines = text.split('\n');
    const swapped = lines.findIndex((line) => line.includes('ENC[') && !line.includes('mac:'));
    const tampered = lines.filter((_, index) => index !== swapped).join('\n');
    expect(tampered).not.toBe(text);
    bench = await openTestGitStores({ 'apps/bad.yaml': tampered, 'apps/good.yaml': text });
    await expectCode(bench.read('bad.yaml'), 'MAYFLY_SOPS_MAC_MISMATCH');
    expect(await readLeaves('good.yaml')).not.toEqual([]);
    expect(bench.reported.map(({ path }) => path)).toEqual(['apps/good.yaml']);
  });

  it('are those below the folder of the Store alone', async () => {
    const { encrypted } = bySops;
    bench = await openTestGitStores({ 'apps/a.yaml': encrypted, 'secret/b.yaml': encrypted });
    for (const path of ['secret/b.yaml', 'b.yaml', 'apps/a.yaml']) {
      await expectCode(bench.read(path), 'MAYFLY_STORE_NOT_FOUND');
    }
    await expectCode(bench.read('../secret/b.yaml'), 'MAYFLY_STORE_PATH_INVALID');
  });

  it('are opened with the keys of the Store and no others', async () => {
    bench = await openTestGitStores({ 'apps/a.yaml': bySops.encrypted });
    expect(await readLeaves('a.yaml')).not.toEqual([]);
    bench.keys.remove('prod', 'keys');
    await expectCode(bench.read('a.yaml'), 'MAYFLY_SYNC_KEY_MISSING');
  });

  it('leave no value on the disk, whatever was read of them', async () => {
    bench = await openTestGitStores({
      'apps/db.json': await encryptForVectors('db.json', { a: canary }),
    });
    const reads = await Promise.all(
      Array.from({ length: 200 }, async () => await bench.read('db.json')),
    );
    expect(reads.every(({ fields }) => listLeaves(fields)[0] === canary)).toBe(true);
    await bench.restart();
    expect(await readLeaves('db.json')).toEqual([canary]);
    const files = await readAllFiles(bench.stateDir);
    expect(files.length).toBeGreaterThan(3);
    const texts = files.flatMap((bytes) => [bytes, tryInflate(bytes)]);
    expect(texts.flatMap((bytes) => findCanary(bytes.toString('latin1')))).toEqual([]);
    for (const secret of reads) secret.wipe();
  });

  it('are read though the host is gone, as long as the source is believed', async () => {
    bench = await openTestGitStores({ 'apps/a.yaml': bySops.encrypted });
    await bench.server.close();
    await bench.restart();
    expect(await readLeaves('a.yaml')).not.toEqual([]);
  });
});

/** Git keeps loose objects deflated. */
function tryInflate(bytes: Buffer): Buffer {
  try {
    return inflateSync(bytes);
  } catch {
    return Buffer.alloc(0);
  }
}

describeSecretStore('of the files of a repository', async () => {
  bench = await openTestGitStores({ 'apps/empty.json': await encryptForVectors('empty.json', {}) });
  async function put(name: string, fields: Readonly<Record<string, string>>): Promise<string> {
    const path = `${name}.json`;
    const commit = await bench.work.push({
      [`apps/${path}`]: await encryptForVectors(path, fields),
    });
    await bench.lookUntil(async () => (await tryVersion(path)) === commit);
    return path;
  }
  return {
    store: bench.store(),
    token: async () => SecretBytes.take(Buffer.from('whatever')),
    wrongToken: null,
    put,
    emptyPath: 'nothing/here.json',
    forbiddenPath: null,
    leased: null,
    versions: 'latest',
    hasTerms: false,
    close: async () => undefined,
  };
});

async function tryVersion(path: string): Promise<string | null> {
  const secret: StoredSecret | null = await bench.read(path).catch(() => null);
  secret?.wipe();
  return secret?.version ?? null;
}
