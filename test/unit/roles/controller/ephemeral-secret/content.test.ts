import { describe, expect, it } from '@jest/globals';
import {
  aSecretSpec,
  hour,
  minute,
  secretRef,
  sourceRef,
  startRig,
  type Rig,
} from '#test/support/controller-rig.ts';
import { aManifest, sealFile, sealSecret } from '#test/support/memory/memory-decryptor.ts';
import { createError } from '#core/errors/mayfly-error.ts';
import type { EphemeralSecretStatus } from '#core/api/schema/ephemeral-secret-status-schema.ts';

const db = { namespace: 'prod', name: 'db' };
const api = { namespace: 'prod', name: 'api' };

function codesOf(rig: Rig): readonly string[] {
  const { failures = [] } = rig.statusOf<EphemeralSecretStatus>(secretRef());
  return failures.map(({ code }) => code);
}

function yamlTarget(name: string): object {
  return { secret: { name, from: 'yaml' } };
}

describe('a pass that changes nothing', () => {
  it('neither decrypts nor writes nor lists again', async () => {
    const rig = await startRig({ 'apps/db.yaml': sealSecret('db', { password: 'one' }) });
    const before = [rig.sink.writes, rig.objects.statusWrites, rig.git.lists, rig.git.reads];
    await rig.advance(30 * minute);
    rig.enqueue(secretRef());
    rig.enqueue(sourceRef());
    await rig.settle();
    expect([rig.sink.writes, rig.objects.statusWrites, rig.git.lists, rig.git.reads]).toEqual(
      before,
    );
    expect(rig.decryptor.decryptions).toBe(1);
  });

  it('is what a commit elsewhere in a large source is, but for the revision of the source', async () => {
    const files: Record<string, string> = { 'apps/db.yaml': sealSecret('db', { password: 'one' }) };
    for (let index = 0; index < 10_000; index += 1) files[`else/${index}.yaml`] = `file ${index}`;
    const rig = await startRig(files);
    const before = { writes: rig.sink.writes, status: rig.objects.statusWrites };
    const commit = rig.git.commit({ 'else/1.yaml': 'changed' });
    await rig.advance(2 * minute);
    expect(rig.decryptor.decryptions).toBe(1);
    expect(rig.sink.writes).toBe(before.writes);
    expect(rig.objects.statusWrites).toBe(before.status + 1);
    expect(rig.statusOf(sourceRef())).toMatchObject({ revision: commit, files: 10_001 });
  });

  it('is what a restart is', async () => {
    const rig = await startRig({ 'apps/db.yaml': sealSecret('db', { password: 'one' }) });
    const before = { writes: rig.sink.writes, status: rig.objects.statusWrites };
    rig.restart();
    await rig.advance(10 * minute);
    expect({ writes: rig.sink.writes, status: rig.objects.statusWrites }).toEqual(before);
    expect(rig.decryptor.decryptions).toBe(1);
  });
});

describe('content', () => {
  it('follows one changed file of many, and decrypts that one', async () => {
    const rig = await startRig({
      'apps/db.yaml': sealSecret('db', { password: 'one' }),
      'apps/deep/api.yaml': sealSecret('api', { token: 'first' }),
    });
    const first = rig.git.tip;
    const second = rig.git.commit({ 'apps/db.yaml': sealSecret('db', { password: 'two' }) });
    await rig.advance(minute);
    expect(rig.sink.textOf(db)).toEqual({ password: 'two' });
    expect(rig.decryptor.decryptions).toBe(3);
    expect(rig.statusOf(secretRef())).toMatchObject({
      revision: second,
      secrets: [
        { name: 'api', revision: first, path: 'apps/deep/api.yaml' },
        { name: 'db', revision: second, path: 'apps/db.yaml' },
      ],
    });
    expect(rig.decryptor.open).toBe(0);
  });

  it('is repaired at once when somebody edits, empties or removes it', async () => {
    const rig = await startRig({ 'apps/db.yaml': sealSecret('db', { password: 'one' }) });
    rig.sink.edit(db, 'password', 'by hand');
    await rig.settle();
    expect(rig.sink.textOf(db)).toEqual({ password: 'one' });
    rig.sink.edit(db, 'extra', 'by hand');
    await rig.settle();
    expect(rig.sink.textOf(db)).toEqual({ password: 'one' });
    rig.sink.removeByHand(db);
    await rig.settle();
    expect(rig.sink.textOf(db)).toEqual({ password: 'one' });
  });

  it('is repaired within its old lease while the source cannot verify', async () => {
    const rig = await startRig({ 'apps/db.yaml': sealSecret('db', { password: 'one' }) });
    rig.git.breakHost(createError('MAYFLY_GIT_FORBIDDEN', { host: 'git.test' }));
    await rig.advance(30 * minute);
    rig.sink.edit(db, 'password', 'by hand');
    await rig.settle();
    expect(rig.sink.textOf(db)).toEqual({ password: 'one' });
    rig.sink.removeByHand(db);
    await rig.settle();
    expect(rig.sink.textOf(db)).toEqual({ password: 'one' });
    await rig.advance(30 * minute + 30_000);
    expect(rig.sink.names()).toEqual([]);
    rig.restart();
    await rig.advance(10 * minute);
    expect(rig.sink.names()).toEqual([]);
  });

  it('takes back a Secret of ours whose lease somebody stripped', async () => {
    const rig = await startRig({ 'apps/db.yaml': sealSecret('db', { password: 'one' }) });
    rig.sink.stripLease(db);
    rig.sink.edit(db, 'password', 'by hand');
    rig.enqueue(secretRef());
    await rig.settle();
    expect(rig.sink.textOf(db)).toEqual({ password: 'one' });
    expect((await rig.sink.read(db))?.lease).not.toBeNull();
  });

  it('never touches a Secret that is not ours', async () => {
    const rig = await startRig({ 'apps/api.yaml': sealSecret('api', { token: 'first' }) });
    rig.sink.putForeign(db, { password: 'theirs' });
    rig.git.commit({ 'apps/db.yaml': sealSecret('db', { password: 'one' }) });
    await rig.advance(3 * hour);
    expect(rig.sink.textOf(db)).toEqual({ password: 'theirs' });
    expect(rig.sink.textOf(api)).toEqual({ token: 'first' });
    expect(codesOf(rig)).toEqual(['MAYFLY_SINK_NOT_OWNED']);
    rig.sink.removeByHand(db);
    await rig.advance(2 * minute);
    expect(rig.sink.textOf(db)).toEqual({ password: 'one' });
  });

  it('moves with a Secret to another file without a gap', async () => {
    const rig = await startRig({ 'apps/a.yaml': sealSecret('db', { password: 'one' }) });
    const uid = (await rig.sink.read(db))?.uid;
    rig.git.commit({
      'apps/a.yaml': null,
      'apps/b.yaml': sealSecret('db', { password: 'one' }, { modifiedAt: 1 }),
    });
    await rig.advance(minute);
    expect((await rig.sink.read(db))?.uid).toBe(uid);
    expect((await rig.sink.read(db))?.lease?.path).toBe('apps/b.yaml');
  });

  it('loses the Secrets that a file makes no more', async () => {
    const rig = await startRig({
      'apps/all.yaml': sealFile([aManifest('db', { a: '1' }), aManifest('api', { b: '2' })]),
    });
    expect(rig.sink.names()).toEqual(['prod/api', 'prod/db']);
    rig.sink.removeByHand(api);
    await rig.settle();
    expect(rig.sink.names()).toEqual(['prod/api', 'prod/db']);
    rig.git.commit({ 'apps/all.yaml': sealFile([aManifest('api', { b: '2' })]) });
    await rig.advance(minute);
    expect(rig.sink.names()).toEqual(['prod/api']);
  });

  it('gives a name that two files make to the first of them, in whatever order they came', async () => {
    const one = sealSecret('db', { from: 'a' });
    const two = sealSecret('db', { from: 'b' });
    for (const [first, then] of [
      [{ 'apps/a.yaml': one }, { 'apps/b.yaml': two }],
      [{ 'apps/b.yaml': two }, { 'apps/a.yaml': one }],
      [{ 'apps/b.yaml': two, 'apps/a.yaml': one }, {}],
    ]) {
      const rig = await startRig(first ?? {});
      rig.git.commit(then ?? {});
      await rig.advance(2 * hour);
      expect(rig.sink.textOf(db)).toEqual({ from: 'a' });
      expect(codesOf(rig)).toEqual(['MAYFLY_SYNC_NAME_DUPLICATE']);
      rig.git.commit({ 'apps/a.yaml': null });
      await rig.advance(3 * minute);
      expect(rig.sink.textOf(db)).toEqual({ from: 'b' });
      expect(codesOf(rig)).toEqual([]);
    }
  });

  it('leaves the Secrets of another object alone', async () => {
    const rig = await startRig({ 'apps/db.yaml': sealSecret('db', { password: 'one' }) });
    rig.git.commit({ 'more/db.yaml': sealSecret('db', { password: 'two' }) });
    rig.objects.put(secretRef('more'), aSecretSpec({ path: 'more' }));
    await rig.advance(2 * hour);
    expect(rig.sink.textOf(db)).toEqual({ password: 'one' });
    expect(rig.conditionOf(secretRef('more'))?.reason).toBe('SinkNotOwned');
    rig.objects.delete(secretRef('more'));
    await rig.settle();
    expect(rig.sink.textOf(db)).toEqual({ password: 'one' });
  });

  it('follows a target that is renamed', async () => {
    const rig = await startRig(
      { 'apps/v.yaml': sealFile([{ user: 'root', port: 5432 }]) },
      { secret: { target: yamlTarget('db') } },
    );
    expect(rig.sink.textOf(db)).toEqual({ user: 'root', port: '5432' });
    rig.objects.put(secretRef(), aSecretSpec({ target: yamlTarget('api') }));
    await rig.settle();
    expect(rig.sink.names()).toEqual(['prod/api']);
  });

  it('is one Secret of several files, whole or not at all', async () => {
    const rig = await startRig(
      {
        'apps/a.env': sealFile([{ A: '1' }]),
        'apps/b.env': sealFile([{ B: '2' }]),
        'apps/readme.md': 'plain',
      },
      { secret: { target: { secret: { name: 'db', from: 'dotenv', labels: { app: 'shop' } } } } },
    );
    expect(rig.sink.textOf(db)).toEqual({ A: '1', B: '2' });
    rig.git.commit({ 'apps/b.env': sealFile([{ A: 'twice' }]) });
    await rig.advance(minute);
    expect(codesOf(rig)).toEqual(['MAYFLY_SYNC_KEY_DUPLICATE']);
    expect(rig.sink.textOf(db)).toEqual({ A: '1', B: '2' });
    rig.git.commit({ 'apps/b.env': sealFile([{ C: '3' }]) });
    await rig.advance(minute);
    expect(rig.sink.textOf(db)).toEqual({ A: '1', C: '3' });
  });
});

describe('a file that cannot be used', () => {
  it.each([
    ['is plain', 'kind: Secret', 'MAYFLY_SYNC_NOT_ENCRYPTED'],
    ['is no Secret', sealFile([{ apiVersion: 'v1', kind: 'Pod' }]), 'MAYFLY_SYNC_MANIFEST_INVALID'],
    ['is empty', sealFile([null]), 'MAYFLY_SYNC_EMPTY'],
  ])('that %s is told with its path, and tried once', async (_what, content, code) => {
    const rig = await startRig({
      'apps/bad.yaml': content,
      'apps/db.yaml': sealSecret('db', { password: 'one' }),
    });
    expect(codesOf(rig)).toEqual([code]);
    expect(rig.sink.names()).toEqual(['prod/db']);
    const { reads } = rig.git;
    rig.enqueue(secretRef());
    await rig.advance(2 * hour);
    expect(rig.git.reads).toBe(reads);
    rig.git.commit({ 'apps/bad.yaml': sealSecret('bad', { now: 'good' }) });
    await rig.advance(minute);
    expect(codesOf(rig)).toEqual([]);
    expect(rig.conditionOf(secretRef())?.status).toBe('True');
  });

  it('is reported when the tree holds something that is never read', async () => {
    const rig = await startRig({ 'apps/db.yaml': sealSecret('db', { password: 'one' }) });
    rig.git.commit({ 'apps/db.yaml': null });
    rig.git.skip([{ path: 'apps/db.yaml', code: 'MAYFLY_GIT_SYMLINK' }]);
    await rig.advance(30 * minute);
    expect(codesOf(rig)).toEqual(['MAYFLY_GIT_SYMLINK']);
    expect(rig.sink.textOf(db)).toEqual({ password: 'one' });
    await rig.advance(31 * minute);
    expect(rig.sink.names()).toEqual([]);
  });

  it('is reported when its blob is refused, and the others go on', async () => {
    const large = sealSecret('db', { password: 'large' });
    const rig = await startRig({ 'apps/api.yaml': sealSecret('api', { token: 'first' }) });
    rig.git.refuseBlob(large, 'MAYFLY_GIT_FILE_TOO_LARGE');
    rig.git.commit({
      'apps/db.yaml': large,
      'apps/last.yaml': sealSecret('last', { token: 'last' }),
    });
    await rig.advance(minute);
    expect(codesOf(rig)).toEqual(['MAYFLY_GIT_FILE_TOO_LARGE']);
    expect(rig.sink.names()).toEqual(['prod/api', 'prod/last']);
  });

  it('is bridged like an outage when its blob cannot be reached just now', async () => {
    const rig = await startRig(
      { 'apps/db.yaml': sealSecret('db', { password: 'one' }) },
      { secret: { maxStale: '3h' } },
    );
    rig.git.commit({ 'apps/db.yaml': sealSecret('db', { password: 'two' }) });
    rig.git.breakBlobs(createError('MAYFLY_GIT_UNAVAILABLE', { host: 'git.test' }));
    await rig.advance(2 * hour + 50 * minute);
    expect(rig.sink.textOf(db)).toEqual({ password: 'one' });
    expect(rig.conditionOf(secretRef())?.status).toBe('Unknown');
    await rig.advance(20 * minute);
    expect(rig.sink.names()).toEqual([]);
    rig.git.breakBlobs(null);
    await rig.advance(minute);
    expect(rig.sink.textOf(db)).toEqual({ password: 'two' });
  });

  it('is told where no file is at the path at all', async () => {
    const rig = await startRig({ 'other/db.yaml': sealSecret('db', { password: 'one' }) });
    expect(rig.conditionOf(secretRef())?.reason).toBe('SyncPathMissing');
  });

  it('is told where there are too many', async () => {
    const rig = await startRig(
      { 'apps/a.yaml': sealSecret('a', { a: '1' }), 'apps/b.yaml': sealSecret('b', { b: '2' }) },
      { maxFiles: 1 },
    );
    expect(rig.conditionOf(secretRef())?.reason).toBe('SyncTooManyFiles');
  });
});

describe('a file that says it is older than the one before', () => {
  const newer = sealSecret('db', { password: 'new' }, { modifiedAt: 2_000 });
  const older = sealSecret('db', { password: 'old' }, { modifiedAt: 1_000 });

  it('is taken with a warning, because a revert is normal', async () => {
    const rig = await startRig({ 'apps/db.yaml': newer });
    rig.git.commit({ 'apps/db.yaml': older });
    await rig.advance(minute);
    expect(rig.sink.textOf(db)).toEqual({ password: 'old' });
    expect(rig.objects.events.map(({ reason }) => reason)).toEqual(['Rollback']);
  });

  it('is refused where the source says so, also after a restart, until it is forced', async () => {
    const rig = await startRig({ 'apps/db.yaml': newer }, { source: { rollback: 'Refuse' } });
    rig.restart();
    rig.git.commit({ 'apps/db.yaml': older });
    await rig.advance(minute);
    expect(rig.sink.textOf(db)).toEqual({ password: 'new' });
    expect(codesOf(rig)).toEqual(['MAYFLY_SYNC_ROLLBACK']);
    rig.restart();
    await rig.settle();
    expect(codesOf(rig)).toEqual(['MAYFLY_SYNC_ROLLBACK']);
    rig.objects.annotate(secretRef(), { 'mayfly.dev/force': 'yes' });
    await rig.settle();
    expect(rig.sink.textOf(db)).toEqual({ password: 'old' });
    expect(codesOf(rig)).toEqual([]);
  });
});

describe('a thousand files', () => {
  it('become a thousand Secrets, and 500 rows', async () => {
    const files: Record<string, string> = {};
    for (let index = 0; index < 1_000; index += 1) {
      files[`apps/${index}.yaml`] = sealSecret(`s${index}`, { value: `v${index}` });
    }
    const rig = await startRig(files);
    expect(rig.sink.names()).toHaveLength(1_000);
    const status = rig.statusOf<EphemeralSecretStatus>(secretRef());
    expect(status.secretCount).toBe(1_000);
    expect(status.secrets).toHaveLength(500);
    expect(rig.decryptor.open).toBe(0);
    rig.sink.removeByHand({ namespace: 'prod', name: 's999' });
    await rig.settle();
    expect(rig.sink.names()).toHaveLength(1_000);
    expect(rig.decryptor.decryptions).toBe(1_001);
  });
});
