import { afterEach, describe, expect, it } from '@jest/globals';
import { createError } from '#core/errors/mayfly-error.ts';
import type { StoredSecret } from '#core/ports/secret-store.ts';
import { aSourceSpec, sourceRef } from '#test/support/controller-rig.ts';
import { expectCode } from '#test/support/expect-code.ts';
import {
  aGitStoreSpec,
  startGitStores,
  storeRef,
  type GitStoresRig,
  type RigOptions,
} from '#test/support/git-stores/create-git-stores-rig.ts';
import { sealFile } from '#test/support/memory/memory-decryptor.ts';
import { trackSecrets } from '#test/support/track-secrets.ts';

const never = new AbortController().signal;
let rig: GitStoresRig;

async function start(
  files: Readonly<Record<string, string>>,
  options: RigOptions = {},
): Promise<void> {
  rig = await startGitStores(files, options);
}

afterEach(async () => {
  await rig.close();
});

function textsOf({ fields }: StoredSecret): Readonly<Record<string, string>> {
  return Object.fromEntries(
    fields.entries.flatMap((entry) => {
      if (entry.kind !== 'entry' || entry.value.kind !== 'value') return [];
      return [[entry.key, Buffer.from(entry.value.bytes.expose()).toString()]];
    }),
  );
}

const db = sealFile([{ user: 'shop', password: 'one' }]);

describe('a read', () => {
  it('answers what the file holds at the accepted commit, and wipes all else', async () => {
    await start({ 'apps/db.yaml': db });
    const countUnwiped = trackSecrets();
    const secret = await rig.read('db.yaml');
    expect(textsOf(secret)).toEqual({ user: 'shop', password: 'one' });
    expect([secret.version, secret.lease]).toEqual([rig.git.tip, null]);
    secret.wipe();
    expect([countUnwiped(), rig.decryptor.open]).toEqual([0, 0]);
  });

  it('is told of before the values are answered: which file, never what it holds', async () => {
    await start({ 'apps/db.yaml': db });
    (await rig.read('db.yaml')).wipe();
    expect(rig.reported).toEqual([
      {
        store: 'prod/values',
        source: 'prod/repo',
        path: 'apps/db.yaml',
        commit: rig.git.tip,
        object: expect.stringMatching(/^[0-9a-f]{40}$/u),
        keys: 2,
      },
    ]);
  });

  it('answers nothing when it cannot be told of', async () => {
    await start({ 'apps/db.yaml': db });
    const fault = createError('MAYFLY_AUDIT_UNAVAILABLE', { reason: 'the disk is full' });
    rig.breakReports(fault);
    const countUnwiped = trackSecrets();
    await expect(rig.read('db.yaml')).rejects.toBe(fault);
    expect([countUnwiped(), rig.decryptor.open]).toEqual([0, 0]);
  });

  it('answers a file without keys as the field `data`', async () => {
    await start({ 'apps/key.pem': sealFile(['a key']) });
    const secret = await rig.read('key.pem');
    expect(textsOf(secret)).toEqual({ data: 'a key' });
    secret.wipe();
  });

  it.each([
    ['several documents', [{ a: 'b' }, { c: 'd' }]],
    ['a list', [['a']]],
  ])('refuses %s', async (_, documents) => {
    await start({ 'apps/db.yaml': sealFile(documents) });
    await expectCode(rig.read('db.yaml'), 'MAYFLY_SYNC_VALUE_NESTED');
    expect(rig.decryptor.open).toBe(0);
  });

  it('finds nothing outside of the folder of the Store, in a folder, and where nothing is', async () => {
    await start({ 'apps/db.yaml': db, 'apps-old/db.yaml': db, 'other/db.yaml': db });
    for (const path of ['other/db.yaml', 'apps/db.yaml', 'db.yam', 'db.yaml/x', '-old/db.yaml']) {
      await expectCode(rig.read(path), 'MAYFLY_STORE_NOT_FOUND');
    }
    for (const path of ['../other/db.yaml', '/apps/db.yaml', 'x/../db.yaml', '']) {
      await expectCode(rig.read(path), 'MAYFLY_STORE_PATH_INVALID');
    }
    await start({ 'apps/dir/db.yaml': db });
    await expectCode(rig.read('dir'), 'MAYFLY_STORE_NOT_FOUND');
  });

  it('may be of the whole repository', async () => {
    await start({ 'apps/db.yaml': db });
    const { decryption } = { decryption: { keys: [{ secretRef: { name: 'keys' } }] } };
    const git = { sourceRef: { name: 'repo' }, decryption };
    rig.objects.put(storeRef, { provider: { git } });
    expect(textsOf(await rig.read('apps/db.yaml'))).toMatchObject({ user: 'shop' });
  });

  it('says why an entry is never read', async () => {
    await start({ 'apps/db.yaml': db });
    rig.git.commit({});
    rig.git.skip([{ path: 'apps/link.yaml', code: 'MAYFLY_GIT_SYMLINK' }]);
    await rig.advance(60_000);
    await expectCode(rig.read('link.yaml'), 'MAYFLY_GIT_SYMLINK');
  });

  it('knows no commit but the accepted one', async () => {
    await start({ 'apps/db.yaml': db });
    const first = rig.git.tip;
    expect((await rig.read('db.yaml', first)).version).toBe(first);
    rig.git.commit({ 'apps/db.yaml': sealFile([{ user: 'two' }]) });
    await rig.advance(60_000);
    await expectCode(rig.read('db.yaml', first), 'MAYFLY_STORE_NOT_FOUND');
    expect(textsOf(await rig.read('db.yaml', rig.git.tip))).toEqual({ user: 'two' });
    await expectCode(rig.read('db.yaml', 'main'), 'MAYFLY_STORE_NOT_FOUND');
  });

  it('takes no parameters', async () => {
    await start({ 'apps/db.yaml': db });
    const { login } = rig.open();
    const session = await login({} as never, never);
    const read = session.read({ path: 'db.yaml', version: null, parameters: {} }, never);
    await expectCode(read, 'MAYFLY_STORE_REFUSED');
  });

  it('is refused when the file was tampered with, and when it is not encrypted', async () => {
    await start({ 'apps/db.yaml': sealFile([{}], { corrupt: true }), 'apps/plain.yaml': 'a: b' });
    await expectCode(rig.read('db.yaml'), 'MAYFLY_SOPS_MAC_MISMATCH');
    await expectCode(rig.read('plain.yaml'), 'MAYFLY_SYNC_NOT_ENCRYPTED');
    expect(rig.reported).toEqual([]);
  });

  it('is refused without the key of the Store, which is read anew each time', async () => {
    await start({ 'apps/db.yaml': db });
    rig.keys.put('prod', 'keys', { 'age.txt': 'key-2' });
    await expectCode(rig.read('db.yaml'), 'MAYFLY_SOPS_NO_KEY');
    rig.keys.remove('prod', 'keys');
    const error = await expectCode(rig.read('db.yaml'), 'MAYFLY_SYNC_KEY_MISSING');
    expect(error.message).toContain('keys');
  });
});

describe('many reads at once', () => {
  it('of one file decrypt it once, and each has bytes of its own', async () => {
    await start({ 'apps/db.yaml': db });
    const before = [rig.keys.reads, rig.decryptor.decryptions];
    const reads = await Promise.all(
      Array.from({ length: 200 }, async () => await rig.read('db.yaml')),
    );
    expect([rig.keys.reads, rig.decryptor.decryptions]).toEqual(before.map((count) => count + 1));
    expect(rig.reported).toHaveLength(200);
    const [first, ...others] = reads;
    first?.wipe();
    expect(others.map(textsOf)).toEqual(others.map(() => ({ user: 'shop', password: 'one' })));
    for (const secret of others) secret.wipe();
    expect(rig.decryptor.open).toBe(0);
  });

  it('of different Stores share nothing unless their keys are the same', async () => {
    await start({ 'apps/db.yaml': db });
    const decryption = { keys: [{ secretRef: { name: 'others' } }] };
    rig.objects.put({ ...storeRef, name: 'strangers' }, aGitStoreSpec({ decryption }));
    const session = await rig.open('strangers').login({} as never, never);
    const [own, strange] = await Promise.allSettled([
      rig.read('db.yaml'),
      session.read({ path: 'db.yaml', version: null }, never),
    ]);
    expect(own.status).toBe('fulfilled');
    expect(strange).toMatchObject({ reason: { code: 'MAYFLY_SYNC_KEY_MISSING' } });
  });

  it('of a namespace that is slow hold up nobody in another one', async () => {
    const names = Array.from({ length: 20 }, (_, index) => `${index}.yaml`);
    await start(Object.fromEntries(names.map((name) => [`apps/${name}`, db])));
    const namespace = 'other';
    rig.keys.put(namespace, 'keys', { 'age.txt': 'key-1' });
    rig.objects.put({ ...sourceRef(), namespace }, aSourceSpec());
    rig.objects.put({ ...storeRef, namespace }, aGitStoreSpec());
    await rig.advance(60_000);
    const release = rig.keys.hold('prod');
    const slow = names.map(async (name) => await rig.read(name));
    const other = rig.stores().open({ ...rig.store(), namespace }, () => undefined);
    const session = await other.login({} as never, never);
    const secret = await session.read({ path: '0.yaml', version: null }, never);
    expect(textsOf(secret)).toMatchObject({ user: 'shop' });
    release();
    expect(await Promise.all(slow)).toHaveLength(20);
  });

  it('read an encrypted file from the host once', async () => {
    await start({ 'apps/db.yaml': db });
    const brought = rig.git.reads;
    for (let count = 0; count < 3; count += 1) (await rig.read('db.yaml')).wipe();
    expect(rig.git.reads).toBe(brought);
    rig.git.breakBlobs(createError('MAYFLY_GIT_UNAVAILABLE', { host: 'git.test' }));
    expect(textsOf(await rig.read('db.yaml'))).toMatchObject({ user: 'shop' });
  });
});
