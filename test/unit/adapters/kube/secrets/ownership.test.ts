import { describe, expect, it } from '@jest/globals';
import { keys } from '#core/api/object.ts';
import type { KubeObject } from '#core/ports/kube/kube-api.ts';
import { SecretBytes } from '#core/secret/secret-bytes.ts';
import { createNodeDigest } from '#platform/crypto/node-digest.ts';
import { expectCode } from '#test/support/expect-code.ts';
import { createFakeClock } from '#test/support/fake-clock.ts';
import { createMemoryKube } from '#test/support/memory/memory-kube.ts';
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

/** Our Secret as a tenant would write a copy of it. */
function copyOf(object: KubeObject | null): object {
  const { labels = {}, annotations = {}, ownerReferences = [] } = object?.metadata ?? {};
  return {
    type: object?.['type'],
    data: object?.['data'],
    metadata: { labels, annotations, ownerReferences },
  };
}

/** For expectations only: no Secret has it. */
const none = { uid: 'none', resourceVersion: 'none' };

const foreignReference = { apiVersion: 'v1', kind: 'ConfigMap', name: 'theirs', uid: 'uid-theirs' };

describe('a lease in a cluster', () => {
  it('is read back by the next program from the Secret alone', () =>
    withSink(async ({ kube, sink }) => {
      const desired = aDesired({ password: 'one' }, { annotations: { team: 'shop' } });
      const lease = aLease(desired);
      await sink.create(desired, lease);
      const next = await setUpMemoryKubeSink(kube);
      const [live] = await next.sink.readOwned(owner);
      expect(live).toMatchObject({ ...db, lease, intact: true, annotations: { team: 'shop' } });
      expect(await next.sink.listManaged()).toMatchObject([{ ...db, lease }]);
      await next.close();
    }));

  it('can be read by people', () =>
    withSink(async (setup) => {
      await putOurs(setup, { password: 'one' });
      const { labels, annotations, ownerReferences } = (await setup.hands.peek(db))?.metadata ?? {};
      expect(labels).toEqual({ app: 'shop', [keys.managed]: 'true' });
      expect(annotations).toMatchObject({
        [keys.expiresAt]: '2026-01-01T01:00:00.000Z',
        [keys.issuedAt]: '2026-01-01T00:00:00.000Z',
        [keys.revision]: 'a'.repeat(40),
        [keys.source]: 'EphemeralSecret/database',
        [keys.path]: 'prod/db.yaml',
      });
      expect(ownerReferences).toEqual([
        {
          apiVersion: 'mayfly.dev/v1alpha1',
          kind: 'EphemeralSecret',
          name: 'database',
          uid: owner.uid,
          controller: true,
          blockOwnerDeletion: false,
        },
      ]);
    }));

  it('does not hold for a copy under another name or in another namespace', () =>
    withSink(async (setup) => {
      const { sink, hands } = setup;
      await putOurs(setup, { password: 'one' });
      const copy = copyOf(await hands.peek(db));
      const places = [
        { namespace: 'prod', name: 'copy' },
        { namespace: 'other', name: 'db' },
      ];
      for (const place of places) {
        await hands.create(place, copy);
        await until(async () => (await sink.read(place))?.intact === false);
        expect((await sink.read(place))?.lease).toBeNull();
      }
      expect(await sink.listManaged()).toHaveLength(1);
      expect(await sink.readOwned(owner)).toHaveLength(1);
    }));

  it('does not hold when it was forged, in whatever way', () =>
    withSink(async ({ sink, hands }) => {
      const seal = '0'.repeat(32);
      const forged = ['', '.', seal, `${seal}.`, `${seal}.{}`, `${seal}.{"lease":{}}`, '{}'];
      for (const [index, text] of forged.entries()) {
        const place = { namespace: 'prod', name: `forged-${index}` };
        const metadata = {
          labels: { [keys.managed]: 'true' },
          annotations: { [keys.lease]: text },
        };
        await hands.create(place, { metadata, data: { password: encode('mine') } });
        expect(await sink.read(place)).toMatchObject({ lease: null, intact: false });
      }
      expect(await sink.listManaged()).toEqual([]);
    }));

  it('does not hold when a part of it was changed', () =>
    withSink(async (setup) => {
      const { sink, hands, untilSeen } = setup;
      await putOurs(setup, { password: 'one' });
      const annotations = (await hands.peek(db))?.metadata.annotations ?? {};
      const longer = annotations[keys.lease]?.replace(
        /"expiresAt":\d+/u,
        '"expiresAt":9999999999999',
      );
      expect(longer).not.toBe(annotations[keys.lease]);
      await hands.edit(db, { metadata: { annotations: { [keys.lease]: longer } } });
      await untilSeen(db);
      expect((await sink.read(db))?.lease).toBeNull();
    }));

  it('of another cluster with the same names does not hold', () =>
    withSink(async (setup) => {
      await putOurs(setup, { password: 'one' });
      const key = SecretBytes.take(new Uint8Array(32).fill(7));
      const other = await setUpMemoryKubeSink(setup.kube, {
        digest: createNodeDigest(key, 'another-cluster'),
      });
      expect(await other.sink.listManaged()).toEqual([]);
      expect((await other.sink.read(db))?.lease).toBeNull();
      await other.close();
    }));
});

describe('what somebody changed around the content', () => {
  const edits: readonly { when: string; patch: object; leavesNoTrace?: true }[] = [
    { when: 'the readable end', patch: annotate(keys.expiresAt, '2099-01-01T00:00:00.000Z') },
    { when: 'the readable revision', patch: annotate(keys.revision, 'b'.repeat(40)) },
    { when: 'a label of ours', patch: { metadata: { labels: { app: 'other' } } } },
    {
      when: 'a label of ours, removed',
      patch: { metadata: { labels: { app: null } } },
      leavesNoTrace: true,
    },
    { when: 'its immutability', patch: { immutable: true } },
    { when: 'its owners, by one more', patch: owned([ownReference(), foreignReference]) },
    { when: 'its owners, by none', patch: owned([]) },
    { when: 'its owners, by another', patch: owned([foreignReference]) },
  ];

  it.each(edits)(
    'is drift that keeps the lease, and is repaired: $when',
    ({ patch, leavesNoTrace }) =>
      withSink(async (setup) => {
        const { sink, hands, untilSeen, kube, changes } = setup;
        const desired = aDesired({ password: 'one' });
        const lease = aLease(desired);
        await sink.create(desired, lease);
        const before = await hands.peek(db);
        await hands.edit(db, patch);
        await untilSeen(db);
        const live = await sink.read(db);
        expect(live).toMatchObject({ intact: false, lease });
        const manager = leavesNoTrace === true ? null : 'kubectl';
        expect(changes).toEqual([{ name: 'db', manager, owner: 'database' }]);
        const requests = kube.requests.length;
        const repaired = await sink.apply(desired, lease, live ?? none);
        expect(repaired.intact).toBe(true);
        expect(copyOf(await hands.peek(db))).toEqual(copyOf(before));
        expect(kube.requests.slice(requests).length).toBeLessThanOrEqual(2);
      }),
  );

  it('does not count when it is a label or an annotation of their own', () =>
    withSink(async (setup) => {
      const { sink, hands, untilSeen, changes } = setup;
      await putOurs(setup, { password: 'one' });
      await hands.edit(db, { metadata: { labels: { cost: '1' }, annotations: { note: 'x' } } });
      await untilSeen(db);
      expect(await sink.read(db)).toMatchObject({ intact: true, labels: { app: 'shop' } });
      expect(changes).toEqual([]);
    }));
});

describe('a Secret whose label was taken off by hand', () => {
  it('counts as removed, and is ours again by its uid', () =>
    withSink(async (setup) => {
      const { sink, hands, changes } = setup;
      const desired = aDesired({ password: 'one' });
      const { uid } = await sink.create(desired, aLease(desired));
      await hands.edit(db, { metadata: { labels: { [keys.managed]: null } } }, 'stripper');
      await until(async () => (await sink.readOwned(owner)).length === 0);
      expect(changes).toEqual([{ name: 'db', manager: null, owner: 'database' }]);
      const found = await sink.read(db);
      expect(found).toMatchObject({ uid, lease: null });
      await hands.edit(db, { data: { extra: encode('theirs') } });
      const live = await sink.read(db);
      const repaired = await sink.apply(desired, aLease(desired), live ?? none);
      expect(repaired).toMatchObject({ uid, intact: true });
      expect(textOf(await hands.peek(db))).toEqual({ password: 'one' });
      expect(await sink.readOwned(owner)).toHaveLength(1);
    }));
});

describe('the owner of Secrets', () => {
  it('is looked up without a call and without a look at others', () =>
    withSink(async (setup) => {
      const { sink, kube } = setup;
      for (let index = 0; index < 20; index += 1) {
        const desired = aDesired({ password: 'one' }, { name: `s-${index}` });
        const uid = `owner-${index % 4}`;
        await sink.create(desired, aLease(desired, { owner: { ...owner, uid } }));
      }
      const calls = kube.requests.length;
      const owned = await sink.readOwned({ ...owner, uid: 'owner-1' });
      expect(owned.map(({ name }) => name)).toEqual(['s-1', 's-5', 's-9', 's-13', 's-17']);
      expect(await sink.listManaged()).toHaveLength(20);
      expect(kube.requests).toHaveLength(calls);
    }));

  it('may change', () =>
    withSink(async (setup) => {
      const { sink } = setup;
      const live = await putOurs(setup, { password: 'one' });
      const desired = aDesired({ password: 'one' });
      const other = { ...owner, name: 'other', uid: 'other-uid' };
      await sink.apply(desired, aLease(desired, { owner: other }), live);
      expect(await sink.readOwned(owner)).toEqual([]);
      expect(await sink.readOwned(other)).toMatchObject([{ name: 'db', intact: true }]);
    }));

  it('is not known before everything was listed', async () => {
    const kube = createMemoryKube(createFakeClock());
    const setup = await setUpMemoryKubeSink(kube, { namespaces: ['prod'] });
    await setup.close();
    const fresh = await setUpMemoryKubeSink(kube, { sync: false });
    await expectCode(fresh.sink.readOwned(owner), 'MAYFLY_KUBE_UNAVAILABLE');
    await expectCode(fresh.sink.listManaged(), 'MAYFLY_KUBE_UNAVAILABLE');
    expect(fresh.sink.health()).toEqual({ synced: false, heardAt: null });
    await fresh.close();
  });
});

function ownReference(): object {
  const { kind, name, uid } = owner;
  return { apiVersion: 'mayfly.dev/v1alpha1', kind, name, uid, controller: true };
}

function owned(ownerReferences: readonly object[]): object {
  return { metadata: { ownerReferences } };
}

function annotate(key: string, text: string): object {
  return { metadata: { annotations: { [key]: text } } };
}
