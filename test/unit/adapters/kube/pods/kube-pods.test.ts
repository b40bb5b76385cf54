import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { createError } from '#core/errors/mayfly-error.ts';
import type { KubeName } from '#core/ports/kube/kube-api.ts';
import { createKubePods, type KubePods } from '#adapters/kube/pods/kube-pods.ts';
import { podResource } from '#core/api/kube-resources.ts';
import { expectCode } from '#test/support/expect-code.ts';
import { createFakeClock, type FakeClock } from '#test/support/fake-clock.ts';
import { createFakeRandom } from '#test/support/fake-random.ts';
import { createMemoryKube, type MemoryKube } from '#test/support/memory/memory-kube.ts';
import { until } from '#test/support/until.ts';

let clock: FakeClock;
let kube: MemoryKube;
let pods: KubePods;
let ending: AbortController;
let running: readonly Promise<void>[];
let changes: string[];

beforeEach(() => {
  clock = createFakeClock();
  kube = createMemoryKube(clock);
  ending = new AbortController();
  changes = [];
  const api = kube.connect('pods');
  pods = createKubePods({ api, clock, random: createFakeRandom(), onFault: () => undefined });
  running = [
    pods.run(ending.signal),
    pods.watch((namespace, names) => {
      changes.push(...names.map((name) => `${namespace}/${name}`));
    }, ending.signal),
  ];
});

afterEach(async () => {
  ending.abort();
  await Promise.all(running);
});

function podOf(name: string, namespace = 'shop'): KubeName {
  return { resource: podResource, namespace, name };
}

function putPod(name: string, secret: object, change: object = {}): void {
  kube.put(podResource, {
    metadata: { name, namespace: 'shop' },
    spec: { volumes: [{ name: 'v', secret }] },
    status: { phase: 'Pending' },
    ...change,
  });
}

async function follow(): Promise<void> {
  await until(() => pods.read('shop') !== null);
}

function uses(): unknown {
  return Object.fromEntries(pods.read('shop') ?? []);
}

describe('the Secrets that pods use', () => {
  it('are not known before the pods were listed, and nothing is asked before somebody wants it', async () => {
    expect(kube.requests).toEqual([]);
    expect(pods.read('shop')).toBeNull();
    await follow();
    expect(uses()).toEqual({});
    expect(kube.requests.every(({ namespace }) => namespace === 'shop')).toBe(true);
  });

  it('follow the pods that are pending or running', async () => {
    putPod('old', { secretName: 'gone' }, { status: { phase: 'Succeeded' } });
    putPod('one', { secretName: 'db' });
    await follow();
    expect(uses()).toMatchObject({ db: { isOptional: false } });
    putPod('two', { secretName: 'db', optional: true });
    await until(() => pods.read('shop')?.get('db')?.isOptional === true);
    kube.removeByHand(podOf('two'));
    await until(() => pods.read('shop')?.get('db')?.isOptional === false);
    kube.edit(podOf('one'), { status: { phase: 'Succeeded' } });
    await until(() => pods.read('shop')?.size === 0);
    expect(changes).toEqual(['shop/db', 'shop/db', 'shop/db', 'shop/db']);
  });

  it('tell nobody of pods that use what is used already', async () => {
    putPod('one', { secretName: 'db' });
    await follow();
    putPod('two', { secretName: 'db' });
    putPod('three', { secretName: 'tls' });
    await until(() => pods.read('shop')?.has('tls') === true);
    expect(changes).toEqual(['shop/db', 'shop/tls']);
  });

  it('are no longer followed where nobody asks, and are again when somebody does', async () => {
    putPod('one', { secretName: 'db' });
    await follow();
    pods.keep(new Set(['other']));
    await until(() => kube.watches.count === 0);
    changes.splice(0);
    putPod('two', { secretName: 'tls' });
    expect(pods.read('shop')).toBeNull();
    await until(() => pods.read('shop')?.has('tls') === true);
    expect(changes.toSorted()).toEqual(['shop/db', 'shop/tls']);
  });

  it('are refused with the reason when the pods cannot be listed', async () => {
    const failure = createError('MAYFLY_KUBE_FORBIDDEN', { what: 'list pods', user: 'mayfly' });
    kube.failNext(({ verb }) => verb === 'list', failure);
    pods.read('shop');
    await until(() => {
      try {
        return pods.read('shop') !== null;
      } catch {
        return true;
      }
    });
    await expectCode(() => pods.read('shop'), 'MAYFLY_KUBE_FORBIDDEN');
    await clock.advance(60_000);
    await follow();
  });
});
