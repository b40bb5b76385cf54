import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { createKubeNamespaces } from '#adapters/kube/namespaces/create-kube-namespaces.ts';
import { readObject } from '#adapters/kube/objects/read-object.ts';
import { ownResources } from '#core/api/kube-resources.ts';
import type { KindName } from '#core/api/object.ts';
import { createError } from '#core/errors/mayfly-error.ts';
import type { ReflectorDeps } from '#platform/kube/reflector/create-reflector.ts';
import { createClusterView, type ClusterView } from '#roles/webhook/admission-view.ts';
import { expectCode } from '#test/support/expect-code.ts';
import { createFakeClock, settle, type FakeClock } from '#test/support/fake-clock.ts';
import { createFakeRandom } from '#test/support/fake-random.ts';
import { createMemoryKube, type MemoryKube } from '#test/support/memory/memory-kube.ts';
import { createFakeView } from '#test/support/webhook/fake-view.ts';
import { vaultStore } from '#test/support/webhook/pods.ts';

const namespaceResource = { group: '', version: 'v1', plural: 'namespaces', kind: 'Namespace' };
const { settings } = createFakeView().contextOf('any');

describe('what the webhook knows of a cluster', () => {
  let clock: FakeClock;
  let kube: MemoryKube;
  let view: ClusterView;
  let ending: AbortController;
  let running: Promise<void>;

  beforeEach(() => {
    clock = createFakeClock();
    kube = createMemoryKube(clock);
    put('ClusterStore', 'vault', vaultStore.spec);
    kube.put(namespaceResource, { metadata: { name: 'shop', labels: { team: 'a' } } });
    ending = new AbortController();
    view = open();
  });

  afterEach(async () => {
    ending.abort();
    await running;
  });

  /** `NAME` of the cluster, or `NAMESPACE/NAME`. */
  function put(kind: KindName, ref: string, spec: unknown): void {
    const [name = '', namespace] = ref.split('/').toReversed();
    const place = namespace === undefined ? {} : { namespace };
    kube.put(ownResources[kind], { metadata: { name, ...place }, spec });
  }

  function open(): ClusterView {
    const random = createFakeRandom();
    const reflectorOf = (): ReflectorDeps => ({
      api: kube,
      clock,
      random,
      onFault: () => undefined,
    });
    const namespaces = createKubeNamespaces(reflectorOf());
    return createClusterView(
      { reflectorOf, readObject, namespaces },
      { settings: () => settings, namespaces: null },
    );
  }

  async function start(): Promise<void> {
    running = view.run(ending.signal);
    await settle(20);
    expect(view.isSynced()).toBe(true);
    await view.untilSynced(ending.signal);
  }

  it('is nothing before everything was listed once', async () => {
    expect(view.isSynced()).toBe(false);
    await expectCode(() => view.contextOf('shop'), 'MAYFLY_WEBHOOK_NOT_READY');
    await expectCode(() => view.suppliesOf('shop'), 'MAYFLY_WEBHOOK_NOT_READY');
    await start();
    expect(view.contextOf('shop').namespace).toEqual({ name: 'shop', labels: { team: 'a' } });
  });

  it('is not ready while one of the lists is refused', async () => {
    const denied = createError('MAYFLY_KUBE_FORBIDDEN', { what: 'list stores', user: 'webhook' });
    kube.failNext(({ verb, resource }) => verb === 'list' && resource === 'stores', denied);
    running = view.run(ending.signal);
    await settle(20);
    expect(view.isSynced()).toBe(false);
    await clock.advance(60_000);
    expect(view.isSynced()).toBe(true);
  });

  it('refuses for a namespace that it has not heard of yet', async () => {
    await start();
    await expectCode(() => view.contextOf('new'), 'MAYFLY_TENANCY_NAMESPACE_UNKNOWN');
  });

  it('finds stores of the namespace and of the cluster, and none that is wrong', async () => {
    const { namespaceSelector: _, ...spec } = vaultStore.spec;
    put('Store', 'shop/own', spec);
    put('Store', 'shop/wrong', { provider: {} });
    await start();
    const { findStore } = view.contextOf('shop');
    expect(findStore('own')).toMatchObject({ name: 'own', namespace: 'shop' });
    expect(findStore('cluster/vault')).toMatchObject({ name: 'cluster/vault' });
    expect([findStore('wrong'), findStore('vault'), findStore('cluster/own')]).toEqual([
      null,
      null,
      null,
    ]);
  });

  it('gives the policies that select the namespace, broken ones too', async () => {
    put('TenantPolicy', 'a', { namespaceSelector: { matchLabels: { team: 'a' } } });
    put('TenantPolicy', 'b', { namespaceSelector: { matchLabels: { team: 'b' } } });
    put('TenantPolicy', 'broken', { namespaceSelector: {}, typo: true });
    await start();
    expect(view.contextOf('shop').policies.map(({ kind, name }) => [kind, name])).toEqual([
      ['valid', 'a'],
      ['broken', 'broken'],
    ]);
  });

  it('tells what is made on demand, and follows it', async () => {
    const decryption = { keys: [{ secretRef: { name: 'age' } }] };
    const from = { sourceRef: { name: 'r' }, path: 'x.yaml', decryption };
    const spec = { ...from, target: { manifests: {} } };
    const secret = { ...spec, target: { secret: { name: 'db', from: 'dotenv' } } };
    put('EphemeralSecret', 'shop/always', spec);
    put('EphemeralSecret', 'shop/files', { ...spec, lifetime: 'WhileInUse' });
    put('EphemeralSecret', 'other/elsewhere', { ...spec, lifetime: 'WhileInUse' });
    await start();
    expect(view.suppliesOf('shop')).toEqual([{ makes: null }]);
    put('EphemeralSecret', 'shop/files', { ...secret, lifetime: 'WhileInUse' });
    await settle(20);
    expect(view.suppliesOf('shop')).toEqual([{ makes: 'db' }]);
    put('EphemeralSecret', 'shop/files', secret);
    await settle(20);
    expect(view.suppliesOf('shop')).toEqual([]);
  });

  it('only lists and watches', async () => {
    await start();
    expect(new Set(kube.requests.map(({ verb }) => verb))).toEqual(new Set(['list', 'watch']));
    expect(kube.requests.some(({ resource }) => resource === 'secrets')).toBe(false);
  });
});
