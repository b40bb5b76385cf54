import { beforeEach, describe, expect, it } from '@jest/globals';
import { createError } from '#core/errors/mayfly-error.ts';
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
const api = { namespace: 'prod', name: 'api' };

const files = {
  'apps/db.yaml': sealSecret('db', { password: 'one' }),
  'apps/api.yaml': sealSecret('api', { token: 'first' }),
};

describe('what an event does to the leases', () => {
  let rig: Rig;

  async function start(secret: object = {}, source: object = {}): Promise<void> {
    rig = await startRig(files, { secret, source });
    expect(rig.sink.names()).toEqual(['prod/api', 'prod/db']);
  }

  beforeEach(async () => start());

  /** Runs up to just before and just after the first leases end. */
  async function expectEndAfter(ms: number, names: readonly string[]): Promise<void> {
    await rig.advance(ms - 1);
    for (const name of names) expect(rig.sink.names()).toContain(name);
    await rig.advance(30_001);
    for (const name of names) expect(rig.sink.names()).not.toContain(name);
  }

  it('renews for ever while the source verifies', async () => {
    await rig.advance(9 * hour);
    expect(rig.sink.names()).toEqual(['prod/api', 'prod/db']);
    expect(rig.decryptor.decryptions).toBe(2);
  });

  it('writes one status in a window of renewal', async () => {
    const before = rig.objects.statusWrites;
    await rig.advance(40 * minute);
    expect(rig.objects.statusWrites - before).toBe(1);
    expect(rig.sink.writes).toBe(4);
    await rig.advance(40 * minute);
    expect(rig.objects.statusWrites - before).toBe(2);
  });

  it('extends while the source cannot be reached, says so, and stops at maxStale', async () => {
    await start({ maxStale: '5h' });
    await rig.advance(10 * minute);
    rig.git.breakHost(createError('MAYFLY_GIT_UNAVAILABLE', { host: 'git.test' }));
    await rig.advance(2 * minute);
    expect(rig.conditionOf(secretRef())).toMatchObject({
      status: 'True',
      reason: 'SourceUnreachable',
    });
    expect(rig.conditionOf(sourceRef())?.status).toBe('Unknown');
    await rig.advance(4 * hour + 57 * minute);
    expect(rig.sink.names()).toEqual(['prod/api', 'prod/db']);
    await rig.advance(minute + 31_000);
    expect(rig.sink.names()).toEqual([]);
  });

  it('does not extend at all with a maxStale of zero', async () => {
    await start({ maxStale: '0s' });
    rig.git.breakHost(createError('MAYFLY_GIT_THROTTLED', { host: 'git.test' }));
    await expectEndAfter(hour, ['prod/api', 'prod/db']);
  });

  it('renews again when an outage ends', async () => {
    rig.git.breakHost(createError('MAYFLY_GIT_UNAVAILABLE', { host: 'git.test' }));
    await rig.advance(6 * hour);
    rig.git.breakHost(null);
    await rig.advance(9 * hour);
    expect(rig.sink.names()).toEqual(['prod/api', 'prod/db']);
    expect(rig.conditionOf(secretRef())?.reason).toBe('Synced');
  });

  it.each([
    createError('MAYFLY_GIT_UNAUTHENTICATED', { host: 'git.test' }),
    createError('MAYFLY_GIT_FORBIDDEN', { host: 'git.test' }),
    createError('MAYFLY_GIT_NOT_FOUND', { host: 'git.test' }),
    createError('MAYFLY_GIT_CERTIFICATE', { host: 'git.test' }),
    createError('MAYFLY_GIT_HOST_KEY', { host: 'git.test' }),
  ])('keeps to the expiry after $code', async (error) => {
    rig.git.breakHost(error);
    await rig.advance(2 * minute);
    expect(rig.conditionOf(secretRef())).toMatchObject({
      status: 'False',
      reason: 'SyncSourceRefused',
    });
    await expectEndAfter(58 * minute, ['prod/api', 'prod/db']);
  });

  it('keeps to the expiry after a rewind, and never takes its content', async () => {
    rig.git.pushForce(null, { 'apps/db.yaml': sealSecret('db', { password: 'rewound' }) });
    await rig.advance(2 * minute);
    expect(rig.sink.textOf(db)).toEqual({ password: 'one' });
    expect(rig.conditionOf(sourceRef())).toMatchObject({ reason: 'GitRewind' });
    await expectEndAfter(58 * minute, ['prod/api', 'prod/db']);
  });

  it('takes a rewound history once it is forced, and only then', async () => {
    rig.git.pushForce(null, { 'apps/db.yaml': sealSecret('db', { password: 'rewound' }) });
    await rig.advance(2 * minute);
    rig.objects.annotate(sourceRef(), { 'mayfly.dev/force': '1' });
    await rig.settle();
    expect(rig.sink.textOf(db)).toEqual({ password: 'rewound' });
    expect(rig.sink.names()).toEqual(['prod/db']);
    rig.git.pushForce(null, { 'apps/db.yaml': sealSecret('db', { password: 'again' }) });
    await rig.advance(2 * minute);
    expect(rig.sink.textOf(db)).toEqual({ password: 'rewound' });
  });

  it('takes a rewound history where the source allows any', async () => {
    await start({}, { history: 'Any' });
    rig.git.pushForce(null, { 'apps/db.yaml': sealSecret('db', { password: 'rewound' }) });
    await rig.advance(2 * minute);
    expect(rig.sink.textOf(db)).toEqual({ password: 'rewound' });
    expect(rig.objects.events.map(({ reason }) => reason)).toContain('HistoryRewound');
  });

  it('keeps the Secret of a corrupt file to its expiry, and renews the others', async () => {
    const good = rig.git.tip;
    const bad = rig.git.commit({
      'apps/db.yaml': sealSecret('db', { password: 'two' }, { corrupt: true }),
    });
    await rig.advance(2 * minute);
    expect(rig.sink.textOf(db)).toEqual({ password: 'one' });
    expect(rig.statusOf(secretRef())).toMatchObject({
      failures: [{ path: 'apps/db.yaml', code: 'MAYFLY_SOPS_MAC_MISMATCH', commit: bad }],
      failureCount: 1,
      secrets: [{ name: 'api' }, { name: 'db', revision: good }],
    });
    await expectEndAfter(58 * minute, ['prod/db']);
    expect(rig.sink.textOf(api)).toEqual({ token: 'first' });
    expect(rig.decryptor.decryptions).toBe(3);
  });

  it('keeps the Secret of a file that no key opens any more to its expiry', async () => {
    rig.git.commit({ 'apps/db.yaml': sealSecret('db', { password: 'two' }, { key: 'other' }) });
    await rig.advance(2 * minute);
    expect(rig.conditionOf(secretRef())?.reason).toBe('SopsNoKey');
    await expectEndAfter(58 * minute, ['prod/db']);
    expect(rig.sink.textOf(api)).toEqual({ token: 'first' });
  });

  it('keeps all Secrets to their expiry when the key is gone, and heals when it is back', async () => {
    rig.keys.remove('prod', 'keys');
    await rig.advance(41 * minute);
    expect(rig.conditionOf(secretRef())?.reason).toBe('SyncKeyMissing');
    rig.keys.put('prod', 'keys', { 'age.txt': 'key-1' });
    await rig.advance(2 * hour);
    expect(rig.sink.names()).toEqual(['prod/api', 'prod/db']);
    rig.keys.remove('prod', 'keys');
    await rig.advance(2 * hour);
    expect(rig.sink.names()).toEqual([]);
  });

  it('deletes at once what an accepted commit removes', async () => {
    rig.git.commit({ 'apps/db.yaml': null });
    await rig.advance(minute);
    expect(rig.sink.names()).toEqual(['prod/api']);
  });

  it('keeps what a commit removes to its expiry with onSourceMissing: Keep', async () => {
    await start({ onSourceMissing: 'Keep' });
    rig.git.commit({ 'apps/db.yaml': null });
    await expectEndAfter(hour, ['prod/db']);
    expect(rig.sink.names()).toEqual(['prod/api']);
  });

  it('leaves what a commit removes, unmanaged, with prune: false', async () => {
    await start({ prune: false });
    rig.git.commit({ 'apps/db.yaml': null });
    await rig.advance(5 * hour);
    expect(rig.sink.textOf(db)).toEqual({ password: 'one' });
    expect((await rig.sink.read(db))?.lease).toBeNull();
  });

  it('renews while suspended, without fetch or repair', async () => {
    rig.objects.put(secretRef(), aSecretSpec({ suspend: true }));
    rig.objects.put(sourceRef(), aSourceSpec({ suspend: true }));
    await rig.settle();
    const { fetches } = rig.git;
    rig.git.commit({ 'apps/db.yaml': sealSecret('db', { password: 'two' }) });
    rig.sink.edit(db, 'password', 'by hand');
    rig.sink.removeByHand(api);
    await rig.advance(9 * hour);
    expect(rig.git.fetches).toBe(fetches);
    expect(rig.sink.textOf(db)).toEqual({ password: 'by hand' });
    expect(rig.sink.names()).toEqual(['prod/db']);
    expect(rig.conditionOf(secretRef())?.reason).toBe('Suspended');
  });

  it('goes on at the accepted revision while the source alone is suspended', async () => {
    rig.objects.put(sourceRef(), aSourceSpec({ suspend: true }));
    rig.git.commit({ 'apps/db.yaml': sealSecret('db', { password: 'two' }) });
    await rig.advance(3 * hour);
    rig.sink.edit(db, 'password', 'by hand');
    await rig.settle();
    expect(rig.sink.textOf(db)).toEqual({ password: 'one' });
    rig.restart();
    await rig.advance(3 * hour);
    expect(rig.sink.names()).toEqual(['prod/api', 'prod/db']);
  });

  it('deletes the Secrets of a deleted object at once', async () => {
    rig.objects.delete(secretRef());
    await rig.settle();
    expect(rig.sink.names()).toEqual([]);
  });

  it('deletes the Secrets of an object whose deletion it never heard of', async () => {
    rig.objects.delete(secretRef());
    rig.restart();
    await rig.settle();
    expect(rig.sink.names()).toEqual([]);
  });

  it('keeps to the expiry when the source object is gone', async () => {
    rig.objects.delete(sourceRef());
    await rig.settle();
    expect(rig.conditionOf(secretRef())?.reason).toBe('SyncSourceMissing');
    await expectEndAfter(hour, ['prod/api', 'prod/db']);
    expect(rig.git.forgotten).toEqual(['prod/repo']);
  });
});
