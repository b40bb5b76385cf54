import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { KindName } from '#core/api/object.ts';
import type { BrokerView } from '#core/broker/broker-parts.ts';
import { createError } from '#core/errors/mayfly-error.ts';
import type { NamespaceLabels } from '#core/ports/kube/namespace-labels.ts';
import { checkFresh } from '#roles/broker/view/check-fresh.ts';
import { createView } from '#roles/broker/view/create-view.ts';
import { openObjectTables } from '#roles/broker/view/object-tables.ts';
import { expectCode } from '#test/support/expect-code.ts';
import { createFakeClock, settle, type FakeClock } from '#test/support/fake-clock.ts';
import { createMemoryObjects, type MemoryObjects } from '#test/support/memory/memory-objects.ts';
import { githubSubject } from '#test/support/policies/a-policy.ts';

const policy = {
  subjects: [{ github: githubSubject }],
  grants: [{ store: 'cluster/vault', paths: ['app/*'], maxTtl: '15m' }],
};
const vault = { address: 'https://vault.example.com', login: { method: 'jwt', role: 'r' } };

describe('what the broker decides by', () => {
  let objects: MemoryObjects;
  let view: BrokerView;
  let ending: AbortController;
  let following: Promise<void>;
  let clock: FakeClock;
  /** A kind that cannot be listed. */
  let broken: KindName | null;
  const namespaces: NamespaceLabels = {
    read: (name) => (name === 'shop' ? { team: 'a' } : null),
    watch: async () => undefined,
  };

  beforeEach(async () => {
    objects = createMemoryObjects();
    objects.put({ kind: 'AccessPolicy', namespace: 'shop', name: 'release' }, policy);
    objects.put({ kind: 'ClusterAccessPolicy', namespace: '', name: 'release' }, policy);
    objects.put({ kind: 'Store', namespace: 'shop', name: 'vault' }, { provider: { vault } });
    const ofCluster = { provider: { vault }, namespaceSelector: {} };
    objects.put({ kind: 'ClusterStore', namespace: '', name: 'vault' }, ofCluster);
    const selecting = { namespaceSelector: { matchLabels: { team: 'a' } } };
    objects.put({ kind: 'TenantPolicy', namespace: '', name: 'team-a' }, selecting);
    [clock, broken] = [createFakeClock(), null];
    const { watch } = objects;
    const tables = await openObjectTables({
      objects: {
        watch: watch.bind(objects),
        list: async (kind) => {
          if (kind === broken)
            throw createError('MAYFLY_KUBE_UNAVAILABLE', { what: 'a list', reason: 'a test' });
          return await objects.list(kind);
        },
      },
      namespaces,
      clock,
      checkFresh: () => undefined,
      onFault: () => undefined,
    });
    view = createView(tables);
    ending = new AbortController();
    following = tables.follow(ending.signal);
  });

  afterEach(async () => {
    ending.abort();
    await following;
  });

  it('is found by its exact name alone', () => {
    expect(view.findPolicy('shop/release')?.policy.name).toBe('shop/release');
    expect(view.findPolicy('cluster/release')?.policy.name).toBe('cluster/release');
    for (const name of ['shop/Release', 'shop/release/', 'release', '/release', 'shop', '']) {
      expect(view.findPolicy(name)).toBeNull();
    }
    expect(view.findStore('shop', 'vault')?.name).toBe('vault');
    expect(view.findStore('shop', 'cluster/vault')?.name).toBe('cluster/vault');
    expect(view.findStore('other', 'vault')).toBeNull();
    expect(view.findStore('', 'vault')).toBeNull();
  });

  it('follows what is deleted and what becomes wrong', async () => {
    objects.delete({ kind: 'ClusterAccessPolicy', namespace: '', name: 'release' });
    objects.put({ kind: 'AccessPolicy', namespace: 'shop', name: 'release' }, { subjects: [] });
    await settle();
    expect(view.findPolicy('cluster/release')).toBeNull();
    expect(view.findPolicy('shop/release')).toBeNull();
  });

  it.each([
    ['TokenIssuer', ''],
    ['AccessPolicy', 'shop'],
    ['ClusterAccessPolicy', ''],
    ['Store', 'shop'],
    ['ClusterStore', ''],
    ['TenantPolicy', ''],
  ] as const)(
    'is too old a minute after a change of %s could not be read',
    async (kind, namespace) => {
      await clock.advance(1_000);
      broken = kind;
      await clock.advance(60_001);
      view.checkFresh();
      objects.put({ kind, namespace, name: 'new' }, {});
      await clock.advance(60_000);
      view.checkFresh();
      await clock.advance(1);
      await expectCode(() => view.checkFresh(), 'MAYFLY_BROKER_STALE');
      broken = null;
      await clock.advance(1_000);
      view.checkFresh();
    },
  );

  it('is read again by itself after a change could not be read', async () => {
    broken = 'ClusterAccessPolicy';
    objects.delete({ kind: 'ClusterAccessPolicy', namespace: '', name: 'release' });
    await clock.advance(2_000);
    expect(view.findPolicy('cluster/release')).not.toBeNull();
    broken = null;
    await clock.advance(1_000);
    expect(view.findPolicy('cluster/release')).toBeNull();
  });

  it('selects the policies of a namespace by its labels', () => {
    expect(view.readTenancy('shop')?.policies).toHaveLength(1);
    expect(view.readTenancy('unknown')).toEqual({
      namespace: { name: 'unknown', labels: {} },
      policies: [],
    });
  });
});

it('is too old a minute after the API server was heard of, and before anything was listed', async () => {
  const clock = createFakeClock();
  const health = { synced: true, heardAt: clock.now() };
  await expectCode(() => checkFresh({ ...health, synced: false }, clock), 'MAYFLY_BROKER_STALE');
  await expectCode(() => checkFresh({ ...health, heardAt: null }, clock), 'MAYFLY_BROKER_STALE');
  await clock.advance(60_000);
  checkFresh(health, clock);
  await clock.advance(1);
  await expectCode(() => checkFresh(health, clock), 'MAYFLY_BROKER_STALE');
});
