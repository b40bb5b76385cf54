import { describe, expect, it } from '@jest/globals';
import type { KubeResource } from '#core/ports/kube/kube-api.ts';
import {
  createGroupedReflector,
  type GroupedReflector,
} from '#platform/kube/mirror/grouped-reflector.ts';
import type { ObjectVersion } from '#platform/kube/mirror/object-version.ts';
import { createFakeClock } from '#test/support/fake-clock.ts';
import { createFakeRandom } from '#test/support/fake-random.ts';
import { createMemoryKube, type MemoryKube } from '#test/support/memory/memory-kube.ts';
import { until } from '#test/support/until.ts';

const resource: KubeResource = { group: '', version: 'v1', plural: 'things', kind: 'Thing' };

interface Thing extends ObjectVersion {
  readonly group: string | null;
}

interface Bench {
  readonly kube: MemoryKube;
  readonly mirror: GroupedReflector<Thing>;
  put(namespace: string, name: string, group?: string): void;
}

async function withMirror(
  namespaces: readonly string[] | null,
  test: (bench: Bench) => Promise<void>,
): Promise<void> {
  const clock = createFakeClock();
  const kube = createMemoryKube(clock);
  const ending = new AbortController();
  const mirror = createGroupedReflector<Thing>(
    { api: kube, clock, random: createFakeRandom(), onFault: () => undefined },
    {
      query: { resource },
      namespaces,
      keep: ({ metadata: { namespace = '', name, uid, resourceVersion, labels = {} } }) => ({
        namespace,
        name,
        uid,
        resourceVersion,
        group: labels['group'] ?? null,
      }),
      groupOf: ({ group }) => group,
      onChange: () => undefined,
    },
  );
  const running = mirror.run(ending.signal);
  await mirror.untilSynced(ending.signal);
  const put: Bench['put'] = (namespace, name, group) => {
    const labels = group === undefined ? {} : { group };
    kube.put(resource, { metadata: { namespace, name, labels } });
  };
  await test({ kube, mirror, put });
  ending.abort();
  await running;
}

function namesOf(things: readonly Thing[]): readonly string[] {
  return things.map(({ namespace, name }) => `${namespace}/${name}`).toSorted();
}

describe('a grouped reflector', () => {
  it('finds the objects of a group, wherever they are', () =>
    withMirror(null, async ({ mirror, put }) => {
      put('a', 'one', 'x');
      put('b', 'two', 'x');
      put('b', 'three', 'y');
      put('b', 'four');
      await until(() => mirror.list().length === 4);
      expect(namesOf(mirror.inGroup('x'))).toEqual(['a/one', 'b/two']);
      expect(mirror.inGroup('none')).toEqual([]);
      expect(mirror.get('b', 'four')?.group).toBeNull();
    }));

  it('follows an object that changes its group, or goes', () =>
    withMirror(null, async ({ kube, mirror, put }) => {
      put('a', 'one', 'x');
      put('a', 'two', 'x');
      await until(() => mirror.inGroup('x').length === 2);
      put('a', 'one', 'y');
      kube.removeByHand({ resource, namespace: 'a', name: 'two' });
      await until(() => mirror.list().length === 1);
      expect(mirror.inGroup('x')).toEqual([]);
      expect(namesOf(mirror.inGroup('y'))).toEqual(['a/one']);
    }));

  it('knows at once what it learned', () =>
    withMirror(null, async ({ kube, mirror }) => {
      const metadata = { namespace: 'a', name: 'one', labels: { group: 'x' } };
      mirror.learn(kube.put(resource, { metadata }));
      expect(namesOf(mirror.inGroup('x'))).toEqual(['a/one']);
    }));

  it('looks at the namespaces it was told, and at no others', () =>
    withMirror(['a', 'b'], async ({ kube, mirror, put }) => {
      put('c', 'three', 'x');
      put('a', 'one', 'x');
      put('b', 'two', 'x');
      await until(() => mirror.list().length === 2);
      expect(namesOf(mirror.inGroup('x'))).toEqual(['a/one', 'b/two']);
      expect(mirror.get('c', 'three')).toBeNull();
      expect(mirror.health()).toEqual({ synced: true, heardAt: Date.UTC(2026, 0, 1) });
      const lists = kube.requests.filter(({ verb }) => verb === 'list');
      expect(lists.map(({ namespace }) => namespace)).toEqual(['a', 'b']);
    }));
});
