import { describe, expect, it } from '@jest/globals';
import {
  createKubeNamespaces,
  type KubeNamespaces,
} from '#adapters/kube/namespaces/create-kube-namespaces.ts';
import { createFakeClock, settle } from '#test/support/fake-clock.ts';
import { createFakeRandom } from '#test/support/fake-random.ts';
import { expectCode } from '#test/support/expect-code.ts';
import { createMemoryKube, type MemoryKube } from '#test/support/memory/memory-kube.ts';

const resource = { group: '', version: 'v1', plural: 'namespaces', kind: 'Namespace' };

interface Stage {
  readonly kube: MemoryKube;
  readonly namespaces: KubeNamespaces;
  readonly told: string[];
  start(): Promise<void>;
  stop(): Promise<void>;
}

function createStage(): Stage {
  const clock = createFakeClock();
  const kube = createMemoryKube(clock);
  const deps = { api: kube, clock, random: createFakeRandom(), onFault: () => undefined };
  const namespaces = createKubeNamespaces(deps);
  const told: string[] = [];
  const ending = new AbortController();
  let running: Promise<unknown> = Promise.resolve();
  return {
    kube,
    namespaces,
    told,
    async start(): Promise<void> {
      const watched = namespaces.watch((name) => told.push(name), ending.signal);
      running = Promise.all([namespaces.run(ending.signal), watched]);
      await namespaces.untilSynced(ending.signal);
      await settle();
    },
    async stop(): Promise<void> {
      ending.abort();
      await running;
    },
  };
}

describe('the namespaces of a cluster', () => {
  it('are not told of before all were listed', async () => {
    const { namespaces } = createStage();
    await expectCode(() => namespaces.read('shop'), 'MAYFLY_KUBE_UNAVAILABLE');
    expect(namespaces.health().synced).toBe(false);
  });

  it('are known by their labels, and an unknown one is none', async () => {
    const { kube, namespaces, start, stop } = createStage();
    kube.put(resource, { metadata: { name: 'shop', labels: { team: 'a' } } });
    kube.put(resource, { metadata: { name: 'plain' } });
    await start();
    expect(namespaces.read('shop')).toEqual({ team: 'a' });
    expect(namespaces.read('plain')).toEqual({});
    expect(namespaces.read('other')).toBeNull();
    await stop();
  });

  it('are told of when they come or their labels change, and for nothing else', async () => {
    const { kube, told, start, stop } = createStage();
    kube.put(resource, { metadata: { name: 'shop', labels: { team: 'a' } } });
    await start();
    expect(told.splice(0)).toEqual(['shop']);
    kube.edit({ resource, name: 'shop' }, { metadata: { annotations: { note: 'x' } } });
    await settle();
    expect(told.splice(0)).toEqual([]);
    kube.edit({ resource, name: 'shop' }, { metadata: { labels: { team: 'b' } } });
    kube.put(resource, { metadata: { name: 'new' } });
    await settle();
    expect(told.splice(0)).toEqual(['shop', 'new']);
    kube.removeByHand({ resource, name: 'new' });
    await settle();
    expect(told).toEqual([]);
    await stop();
    kube.put(resource, { metadata: { name: 'late' } });
    await settle();
    expect(told).toEqual([]);
  });
});
