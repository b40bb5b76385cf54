import { describe, expect, it } from '@jest/globals';
import { createError } from '#core/errors/mayfly-error.ts';
import type { GitSourceStatus } from '#core/api/schema/git-source-schema.ts';
import {
  aSecretSpec,
  aSourceSpec,
  hour,
  minute,
  secretRef,
  sourceRef,
  startRig,
  type Rig,
} from '#test/support/controller-rig.ts';
import { sealSecret } from '#test/support/memory/memory-decryptor.ts';

const db = { namespace: 'prod', name: 'db' };
const files = { 'apps/db.yaml': sealSecret('db', { password: 'one' }) };
const unavailable = createError('MAYFLY_GIT_UNAVAILABLE', { host: 'git.test' });

function codeOf(rig: Rig, ref = secretRef()): string {
  const attempt = rig.outcomeOf(ref);
  if (attempt?.kind === 'failed') return attempt.error.code;
  return attempt?.outcome.kind === 'refused' ? attempt.outcome.code : 'none';
}

describe('a source', () => {
  it('remembers what it accepted, across restarts', async () => {
    const rig = await startRig(files);
    const first = rig.git.tip;
    expect(rig.statusOf<GitSourceStatus>(sourceRef())).toMatchObject({ revision: first, files: 1 });
    rig.restart();
    rig.git.pushForce(null, files);
    await rig.settle();
    expect(codeOf(rig, sourceRef())).toBe('MAYFLY_GIT_REWIND');
    expect(rig.statusOf<GitSourceStatus>(sourceRef()).revision).toBe(first);
  });

  it('begins anew when its address or reference changes', async () => {
    const rig = await startRig(files);
    rig.git.pushForce(null, { 'apps/db.yaml': sealSecret('db', { password: 'elsewhere' }) });
    rig.objects.put(sourceRef(), aSourceSpec({ ref: { branch: 'next' } }));
    await rig.settle();
    expect(rig.sink.textOf(db)).toEqual({ password: 'elsewhere' });
  });

  it('has only those looked at whom a change concerns', async () => {
    const rig = await startRig({ ...files, 'more/api.yaml': sealSecret('api', { token: 'a' }) });
    rig.objects.put(secretRef('more'), aSecretSpec({ path: 'more' }));
    await rig.settle();
    const before = rig.keys.reads;
    rig.git.commit({ 'more/api.yaml': sealSecret('api', { token: 'b' }) });
    await rig.advance(minute);
    expect(rig.sink.textOf({ namespace: 'prod', name: 'api' })).toEqual({ token: 'b' });
    expect(rig.keys.reads).toBe(before + 1);
  });

  it('has the changed files that somebody follows brought at once', async () => {
    const rig = await startRig({ ...files, 'other/x.yaml': 'x' });
    expect(rig.git.prefetched.map((blobs) => blobs.length)).toEqual([1]);
    const api = sealSecret('api', { token: 'a' });
    rig.git.commit({ 'apps/api.yaml': api, 'apps/new/web.yaml': api, 'other/y.yaml': 'y' });
    await rig.advance(minute);
    expect(rig.git.prefetched.map((blobs) => blobs.length)).toEqual([1, 2]);
    rig.git.commit({ 'other/y.yaml': 'z' });
    await rig.advance(minute);
    expect(rig.git.prefetched).toHaveLength(2);
  });

  it('is followed also when nothing can be brought beforehand', async () => {
    const rig = await startRig(files);
    rig.git.breakPrefetch(unavailable);
    rig.git.commit({ 'apps/db.yaml': sealSecret('db', { password: 'two' }) });
    await rig.advance(minute);
    expect(rig.sink.textOf(db)).toEqual({ password: 'two' });
  });

  it('is shared by several objects', async () => {
    const rig = await startRig(files);
    const target = { secret: { name: 'copy', from: 'file' } };
    rig.git.commit({ 'more/x.txt': 'sealed:{"key":"key-1","documents":["text"]}' });
    rig.objects.put(secretRef('more'), aSecretSpec({ path: 'more', target }));
    await rig.advance(2 * minute);
    expect(rig.sink.textOf({ namespace: 'prod', name: 'copy' })).toEqual({ 'x.txt': 'text' });
    expect(rig.git.fetches).toBeLessThan(6);
  });

  it('is refused with a wrong spec, and leases end', async () => {
    const rig = await startRig(files);
    rig.objects.put(sourceRef(), aSourceSpec({ url: 'http://git.test/r' }));
    await rig.settle();
    expect(codeOf(rig, sourceRef())).toBe('MAYFLY_OBJECT_FIELD_INVALID');
    expect(codeOf(rig)).toBe('MAYFLY_SYNC_SOURCE_REFUSED');
    await rig.advance(hour + 30_000);
    expect(rig.sink.names()).toEqual([]);
    rig.objects.put(sourceRef(), aSourceSpec());
    await rig.advance(minute);
    expect(rig.sink.names()).toEqual(['prod/db']);
  });

  it('is refused while its credentials are not complete', async () => {
    const auth = { type: 'basic', secretRef: { name: 'git' } };
    const rig = await startRig(files, { source: { auth } });
    expect(codeOf(rig, sourceRef())).toBe('MAYFLY_SYNC_CREDENTIALS_INCOMPLETE');
    rig.keys.put('prod', 'git', { username: 'me', password: 'one', 'ca.crt': 'PEM' });
    await rig.advance(minute);
    expect(rig.sink.names()).toEqual(['prod/db']);
    rig.keys.remove('prod', 'git');
    rig.sink.edit(db, 'password', 'by hand');
    await rig.settle();
    expect(codeOf(rig)).toBe('MAYFLY_SYNC_CREDENTIALS_INCOMPLETE');
    rig.keys.put('prod', 'git', { username: 'me', password: 'one' });
    await rig.advance(2 * minute);
    expect(rig.sink.textOf(db)).toEqual({ password: 'one' });
  });

  it('is asked again soon when the API server does not let us look at its credentials', async () => {
    const auth = { type: 'none', secretRef: { name: 'ca' } };
    const rig = await startRig(files, { source: { auth }, secret: { ttl: '5m' } });
    rig.keys.put('prod', 'ca', { 'ca.crt': 'PEM' });
    await rig.advance(minute);
    expect(rig.conditionOf(sourceRef())?.status).toBe('True');
    const params = { what: 'get secrets prod/ca', user: 'mayfly' };
    rig.keys.breakReads(createError('MAYFLY_KUBE_FORBIDDEN', params));
    await rig.advance(2 * minute);
    expect(rig.conditionOf(sourceRef())).toMatchObject({
      status: 'False',
      reason: 'KubeForbidden',
    });
    expect(rig.sink.names()).toEqual(['prod/db']);
    rig.keys.breakReads(null);
    await rig.advance(minute);
    expect(rig.conditionOf(sourceRef())?.status).toBe('True');
  });

  it('that cannot be reached after a start still serves repairs from its local copy', async () => {
    const rig = await startRig(files);
    rig.git.breakHost(unavailable);
    rig.restart();
    await rig.settle();
    rig.sink.edit(db, 'password', 'by hand');
    await rig.advance(minute);
    expect(rig.sink.textOf(db)).toEqual({ password: 'one' });
    expect(codeOf(rig, sourceRef())).toBe('MAYFLY_GIT_UNAVAILABLE');
  });

  it('whose local copy is gone too only has its leases extended', async () => {
    const rig = await startRig(files);
    rig.git.breakHost(unavailable);
    rig.git.loseObjects();
    rig.restart();
    await rig.advance(3 * hour);
    expect(rig.sink.names()).toEqual(['prod/db']);
    expect(rig.conditionOf(secretRef())?.reason).toBe('SourceUnreachable');
  });

  it('is refused, not forgotten, when its stored status is damaged', async () => {
    const rig = await startRig(files);
    const { metadata } = rig.objects.peek(sourceRef()) ?? { metadata: { resourceVersion: '' } };
    await rig.objects.writeStatus(sourceRef(), { revision: 7 }, metadata.resourceVersion);
    rig.enqueue(sourceRef());
    await rig.settle();
    expect(codeOf(rig, sourceRef())).toBe('MAYFLY_OBJECT_STATUS_UNREADABLE');
    expect(codeOf(rig)).toBe('MAYFLY_SYNC_SOURCE_REFUSED');
  });
});

describe('an object is told', () => {
  const noKey = { decryption: { keys: [{ secretRef: { name: 'no', key: 'k' } }] } };

  it.each<{ what: string; secret?: object; maxFiles?: number; code: string }>([
    {
      what: 'source is not there',
      secret: { sourceRef: { name: 'other' } },
      code: 'MAYFLY_SYNC_SOURCE_MISSING',
    },
    { what: 'path is not there', secret: { path: 'nowhere' }, code: 'MAYFLY_SYNC_PATH_MISSING' },
    { what: 'key is not there', secret: noKey, code: 'MAYFLY_SYNC_KEY_MISSING' },
    { what: 'files are too many', maxFiles: 0, code: 'MAYFLY_SYNC_TOO_MANY_FILES' },
  ])('that its $what', async ({ secret = {}, maxFiles = 10, code }) => {
    const rig = await startRig(files, { secret, maxFiles });
    expect(codeOf(rig)).toBe(code);
    expect(rig.sink.names()).toEqual([]);
  });

  it('that its hook is not known, and gets its Secrets all the same', async () => {
    const rig = await startRig(files, { secret: { restart: ['no'] } });
    expect(codeOf(rig)).toBe('MAYFLY_SYNC_HOOK_UNKNOWN');
    await rig.advance(3 * hour);
    expect(rig.sink.names()).toEqual(['prod/db']);
    expect(rig.changes).toEqual([]);
  });

  it('of a missing key beside others that open its files', async () => {
    const keys = [{ secretRef: { name: 'keys', key: 'age.txt' } }, { secretRef: { name: 'no' } }];
    const rig = await startRig(files, { secret: { decryption: { keys } } });
    expect(codeOf(rig)).toBe('MAYFLY_SYNC_KEY_MISSING');
    expect(rig.sink.names()).toEqual(['prod/db']);
  });

  it('of a key file that is refused', async () => {
    const rig = await startRig(files);
    rig.keys.breakReads(createError('MAYFLY_KEY_EXPOSED', { path: 'keys/age.txt' }));
    rig.enqueue(secretRef());
    await rig.settle();
    expect(codeOf(rig)).toBe('MAYFLY_KEY_EXPOSED');
  });
});
