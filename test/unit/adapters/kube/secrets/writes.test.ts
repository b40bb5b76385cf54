import { describe, expect, it } from '@jest/globals';
import { createError } from '#core/errors/mayfly-error.ts';
import { secretResource } from '#core/api/kube-resources.ts';
import { expectCode } from '#test/support/expect-code.ts';
import { settle } from '#test/support/fake-clock.ts';
import {
  aDesired,
  aLease,
  db,
  encode,
  owner,
  putOurs,
  setUpMemoryKubeSink,
  textOf,
  type MemorySinkSetup,
} from '#test/support/sink/kube-sink-setup.ts';
import { until } from '#test/support/until.ts';

async function withSink(test: (setup: MemorySinkSetup) => Promise<void>): Promise<void> {
  const setup = await setUpMemoryKubeSink();
  try {
    await test(setup);
  } finally {
    await setup.close();
  }
}

/** The verbs that the sink has used since the call, but for those of its mirror. */
function countVerbs({ kube }: MemorySinkSetup): () => readonly string[] {
  const from = kube.requests.length;
  return () => {
    const own = kube.requests.slice(from).filter(({ client }) => client === 'sink');
    return own.map(({ verb }) => verb).filter((verb) => verb !== 'list' && verb !== 'watch');
  };
}

describe('a write to a cluster', () => {
  it('is one call, whether it creates, changes, renews or removes', () =>
    withSink(async (setup) => {
      const { sink } = setup;
      const verbs = countVerbs(setup);
      const created = await putOurs(setup, { password: 'one' });
      const next = aDesired({ password: 'two', more: 'x' });
      const applied = await sink.apply(next, aLease(next), created);
      const fewer = aDesired({ password: 'two' });
      const cut = await sink.apply(fewer, aLease(fewer), applied);
      const renewed = await sink.renew(db, aLease(fewer, { expiresAt: 9_000_000_000_000 }), cut);
      await sink.remove(db, renewed);
      expect(verbs()).toEqual(['create', 'apply', 'patch', 'patch', 'delete']);
    }));

  it('knows after a lost race what there is, although no event told it', () =>
    withSink(async (setup) => {
      const { sink, hands, kube } = setup;
      const created = await putOurs(setup, { password: 'one' });
      kube.watches.freezeAll();
      await hands.edit(db, { data: { password: encode('foreign') } }, 'other');
      const next = aDesired({ password: 'two' });
      await expectCode(sink.apply(next, aLease(next), created), 'MAYFLY_SINK_CONFLICT');
      const seen = (await sink.read(db)) ?? none;
      const applied = await sink.apply(next, aLease(next), seen);
      await hands.remove(db);
      await expectCode(sink.renew(db, aLease(next), applied), 'MAYFLY_SINK_CONFLICT');
      expect(await sink.read(db)).toBeNull();
      expect(await sink.listManaged()).toEqual([]);
    }));

  it('takes the keys of others away in the same call', () =>
    withSink(async (setup) => {
      const { sink, hands, untilSeen } = setup;
      await putOurs(setup, { password: 'one', user: 'root' });
      await hands.edit(db, { data: { extra: encode('theirs'), user: encode('me') } }, 'other');
      await untilSeen(db);
      const verbs = countVerbs(setup);
      const desired = aDesired({ password: 'two' });
      const live = await sink.apply(desired, aLease(desired), (await sink.read(db)) ?? none);
      expect(verbs()).toEqual(['patch']);
      expect(live.intact).toBe(true);
      expect(textOf(await hands.peek(db))).toEqual({ password: 'two' });
    }));

  it('takes labels and annotations away that it wrote before, and no others', () =>
    withSink(async (setup) => {
      const { sink, hands, untilSeen } = setup;
      await putOurs(setup, { a: '1' }, { labels: { app: 'x', old: 'y' }, annotations: { n: '1' } });
      await hands.edit(db, { metadata: { labels: { theirs: 'z' } } });
      await untilSeen(db);
      const desired = aDesired({ a: '1' }, { labels: { app: 'x' } });
      const live = await sink.apply(desired, aLease(desired), (await sink.read(db)) ?? none);
      expect(live).toMatchObject({ intact: true, labels: { app: 'x' }, annotations: {} });
      const { labels, annotations } = (await hands.peek(db))?.metadata ?? {};
      expect(labels).toEqual({ app: 'x', theirs: 'z', 'mayfly.dev/managed': 'true' });
      expect(annotations).not.toHaveProperty('n');
    }));

  it('replaces a Secret of another type, and one that was made immutable', () =>
    withSink(async (setup) => {
      const { sink, hands, untilSeen, changes } = setup;
      const before = await putOurs(setup, { username: 'u', password: 'p' });
      const typed = aDesired(
        { username: 'u', password: 'p' },
        { type: 'kubernetes.io/basic-auth' },
      );
      const verbs = countVerbs(setup);
      const after = await sink.apply(typed, aLease(typed), before);
      expect(verbs()).toEqual(['delete', 'create']);
      expect(after).toMatchObject({ type: 'kubernetes.io/basic-auth', intact: true });
      expect(after.uid).not.toBe(before.uid);
      await hands.edit(db, { immutable: true });
      await untilSeen(db);
      const again = await sink.apply(typed, aLease(typed), (await sink.read(db)) ?? none);
      expect(again.intact).toBe(true);
      expect((await hands.peek(db))?.['immutable']).toBeUndefined();
      expect(changes).toHaveLength(1);
    }));

  it('does not bring back what was deleted meanwhile', () =>
    withSink(async (setup) => {
      const { sink, hands } = setup;
      const live = await putOurs(setup, { password: 'one' });
      const desired = aDesired({ password: 'two' });
      await hands.remove(db);
      await expectCode(sink.apply(desired, aLease(desired), live), 'MAYFLY_SINK_CONFLICT');
      await expectCode(sink.renew(db, aLease(desired), live), 'MAYFLY_SINK_CONFLICT');
      await expectCode(sink.release(db, live), 'MAYFLY_SINK_CONFLICT');
      await sink.remove(db, live);
      expect(await hands.peek(db)).toBeNull();
    }));

  it('asks for the rights of the writer to create and apply, and for its own to all else', () =>
    withSink(async (setup) => {
      const { sink, kube } = setup;
      const writer = { user: 'system:serviceaccount:prod:deployer', groups: [] };
      const from = kube.requests.length;
      const first = aDesired({ password: 'one' }, { writer });
      const created = await sink.create(first, aLease(first));
      const typed = aDesired({ password: 'two' }, { writer, type: 'example.com/other' });
      const applied = await sink.apply(typed, aLease(typed), created);
      const renewed = await sink.renew(db, aLease(typed), applied);
      await sink.remove(db, renewed);
      const writes = kube.requests.slice(from).filter(({ verb }) => verb !== 'watch');
      expect(writes.map(({ verb, as }) => [verb, as])).toEqual([
        ['create', writer.user],
        ['delete', writer.user],
        ['create', writer.user],
        ['patch', undefined],
        ['delete', undefined],
      ]);
    }));

  it.each(['MAYFLY_KUBE_FORBIDDEN', 'MAYFLY_KUBE_REFUSED', 'MAYFLY_KUBE_UNAVAILABLE'] as const)(
    'goes through with %s as it is',
    (code) =>
      withSink(async (setup) => {
        const { sink, kube } = setup;
        const live = await putOurs(setup, { password: 'one' });
        const desired = aDesired({ password: 'two' });
        const what = 'apply secrets prod/db';
        const error = createError(code, { what, user: 'mayfly', reason: 'quota' });
        kube.failNext(({ verb }) => verb === 'apply', error);
        expect(await expectCode(sink.apply(desired, aLease(desired), live), code)).toBe(error);
      }),
  );

  it('to a namespace that is gone says so', () =>
    withSink(async ({ sink, kube }) => {
      const desired = aDesired({ password: 'one' });
      const error = createError('MAYFLY_KUBE_NOT_FOUND', { what: 'create secrets prod/db' });
      kube.failNext(({ verb }) => verb === 'create', error);
      await expectCode(sink.create(desired, aLease(desired)), 'MAYFLY_KUBE_NOT_FOUND');
    }));

  it('whose answer was lost is found to be ours', () =>
    withSink(async ({ sink, kube, changes }) => {
      const desired = aDesired({ password: 'one' });
      const cut = createError('MAYFLY_KUBE_UNAVAILABLE', { what: 'create', reason: 'cut' });
      kube.faults.loseNext(({ verb }) => verb === 'create', cut);
      await expectCode(sink.create(desired, aLease(desired)), 'MAYFLY_KUBE_UNAVAILABLE');
      await expectCode(sink.create(desired, aLease(desired)), 'MAYFLY_SINK_CONFLICT');
      expect(await sink.read(db)).toMatchObject({ intact: true, lease: aLease(desired) });
      expect(changes).toEqual([]);
    }));
});

describe('a finalizer on a Secret of ours', () => {
  const held = { metadata: { finalizers: ['example.com/hold'] } };

  it('does not keep its values beyond the lease', () =>
    withSink(async (setup) => {
      const { sink, hands, untilSeen, changes } = setup;
      await putOurs(setup, { password: 'one' });
      await hands.edit(db, held);
      await untilSeen(db);
      await sink.remove(db, (await sink.read(db)) ?? none);
      expect(textOf(await hands.peek(db))).toEqual({});
      expect((await hands.peek(db))?.metadata.deletionTimestamp).toBeDefined();
      await untilSeen(db);
      expect(await sink.listManaged()).toEqual([]);
      expect(changes).toEqual([]);
    }));

  it('makes who wants to replace it wait', () =>
    withSink(async (setup) => {
      const { sink, hands, untilSeen } = setup;
      await putOurs(setup, { password: 'one' });
      await hands.edit(db, held);
      await untilSeen(db);
      const typed = aDesired({ password: 'one' }, { type: 'example.com/other' });
      const on = (await sink.read(db)) ?? none;
      await expectCode(sink.apply(typed, aLease(typed), on), 'MAYFLY_SINK_CONFLICT');
      await hands.edit(db, { metadata: { finalizers: null } });
      await until(async () => (await sink.read(db)) === null);
      expect((await sink.create(typed, aLease(typed))).intact).toBe(true);
    }));
});

describe('what the sink calls back for', () => {
  it('is never a write of its own, whatever comes first, the answer or the event', () =>
    withSink(async (setup) => {
      const { sink, kube, changes, untilSeen } = setup;
      kube.faults.add({ matches: ({ verb }) => verb !== 'watch', after: () => settle() });
      const live = await putOurs(setup, { password: 'one' });
      const desired = aDesired({ password: 'two' });
      const applied = await sink.apply(desired, aLease(desired), live);
      const renewed = await sink.renew(db, aLease(desired, { siblings: 2 }), applied);
      await sink.remove(db, renewed);
      await putOurs(setup, { password: 'one' });
      await untilSeen(db);
      expect(changes).toEqual([]);
    }));

  it('is an old state that somebody puts back', () =>
    withSink(async (setup) => {
      const { sink, hands, changes, untilSeen } = setup;
      const live = await putOurs(setup, { password: 'one' });
      const old = await hands.peek(db);
      const desired = aDesired({ password: 'two' });
      await sink.apply(desired, aLease(desired), live);
      const { annotations = {} } = old?.metadata ?? {};
      await hands.edit(db, { metadata: { annotations }, data: old?.['data'] }, 'replayer');
      await untilSeen(db);
      expect(changes).toEqual([{ name: 'db', manager: 'replayer', owner: 'database' }]);
    }));

  it('is a removal by hand, also one that was missed', () =>
    withSink(async (setup) => {
      const { sink, hands, kube, changes } = setup;
      await putOurs(setup, { password: 'one' });
      kube.watches.breakAll();
      await hands.remove(db);
      kube.compact();
      await setup.clock.advance(30_000);
      await until(async () => (await sink.readOwned(owner)).length === 0);
      expect(changes).toEqual([{ name: 'db', manager: null, owner: 'database' }]);
    }));
});

describe('the mirror of Secrets', () => {
  it('holds no value, neither plain nor encoded', () =>
    withSink(async (setup) => {
      await putOurs(setup, { password: 'correct-horse-battery' });
      await setup.untilSeen(db);
      const known = JSON.stringify(await setup.sink.readOwned(owner));
      expect(known).not.toContain('correct-horse');
      expect(known).not.toContain(encode('correct-horse-battery').slice(0, 12));
    }));

  it('holds on to nothing of Secrets that are gone', () =>
    withSink(async (setup) => {
      const { sink, kube } = setup;
      for (let round = 0; round < 3; round += 1) {
        await sink.remove(db, await putOurs(setup, { password: 'one' }));
        await sink.release(db, await putOurs(setup, { password: 'one' }));
        kube.removeByHand({ resource: secretResource, ...db });
      }
      await until(async () => (await sink.read(db)) === null);
      expect(await sink.readOwned(owner)).toEqual([]);
      expect(await sink.listManaged()).toEqual([]);
    }));

  it('bears content that is none', () =>
    withSink(async ({ sink, hands, kube }) => {
      const place = { namespace: 'prod', name: 'odd' };
      const labels = { 'mayfly.dev/managed': 'true' };
      await hands.create(place, { metadata: { labels } });
      expect(await sink.read(place)).toMatchObject({ digests: {}, lease: null, intact: false });
      expect(kube.peek({ resource: secretResource, ...place })).not.toBeNull();
    }));
});

/** For expectations only: no Secret has it. */
const none = { uid: 'none', resourceVersion: 'none' };
