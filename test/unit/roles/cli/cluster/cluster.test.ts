import { describe, expect, it } from '@jest/globals';
import { ownResources } from '#core/api/kube-resources.ts';
import type { NamespacedKindName } from '#core/api/object.ts';
import type { StatusRow } from '#core/status/status-answer.ts';
import { isOfCluster } from '#roles/cli/cluster/cluster-scope.ts';
import { listCluster } from '#roles/cli/cluster/list-cluster.ts';
import { reconcileObjects } from '#roles/cli/cluster/reconcile-objects.ts';
import { createFakeClock } from '#test/support/fake-clock.ts';
import { expectCode } from '#test/support/expect-code.ts';
import { createMemoryKube } from '#test/support/memory/memory-kube.ts';

const { signal } = new AbortController();

function aStatus(reason: string, more: object = {}): object {
  const ready = {
    type: 'Ready',
    status: 'True',
    reason,
    message: 'why',
    observedGeneration: 1,
    lastTransitionTime: '2026-01-01T00:00:00Z',
  };
  return { conditions: [ready], ...more };
}

function createStage() {
  const clock = createFakeClock();
  const kube = createMemoryKube(clock);
  const asked: string[] = [];

  function put(kind: NamespacedKindName, name: string, status: object): void {
    const namespace = name === 'theirs' ? 'other' : 'shop';
    kube.put(ownResources[kind], { metadata: { name, namespace }, spec: {}, status });
  }

  /** As a controller does that looks at an object whenever it is asked to. */
  function obey(kind: NamespacedKindName, name: string, reason: string): void {
    const target = { resource: ownResources[kind], namespace: 'shop', name };
    const { annotations = {} } = kube.peek(target)?.metadata ?? {};
    const reconciledAt = annotations['mayfly.dev/reconcile-at'];
    if (reconciledAt === undefined) return;
    asked.push(kind);
    kube.edit(target, { status: aStatus(reason, { reconciledAt }) });
  }

  async function reconcile(waitMs: number, everySecond: () => void = () => undefined) {
    const told: StatusRow[] = [];
    const wanted = {
      namespace: 'shop',
      name: 'app',
      waitMs,
      tell: (row: StatusRow) => told.push(row),
    };
    const done = reconcileObjects({ api: kube, clock, signal }, wanted);
    done.catch(() => undefined);
    for (let second = 0; second < 12; second += 1) {
      await clock.advance(1000);
      everySecond();
    }
    return { rows: await done, told: told.map(({ kind, reason }) => `${kind} ${reason}`) };
  }

  return { kube, put, obey, reconcile, asked };
}

describe('mayfly status of a cluster', () => {
  it('tells of the objects of a namespace, or of all', async () => {
    const { kube, put } = createStage();
    put('EphemeralSecret', 'app', aStatus('Synced', { secretCount: 2 }));
    put('GitSource', 'repo', aStatus('Verified'));
    put('GitSource', 'theirs', {});
    const ofShop = await listCluster({ api: kube, signal }, 'shop');
    expect(ofShop.map(({ kind, name, ready }) => `${kind}/${name} ${ready}`)).toEqual([
      'GitSource/repo True',
      'EphemeralSecret/app True',
    ]);
    expect(ofShop[1]).toMatchObject({ secrets: 2, reason: 'Synced' });
    expect(await listCluster({ api: kube, signal }, undefined)).toHaveLength(3);
  });
});

describe('mayfly reconcile in a cluster', () => {
  it('asks the source before the secret, waits, and tells what changes meanwhile', async () => {
    const { put, obey, reconcile, asked } = createStage();
    put('GitSource', 'app', aStatus('Old'));
    put('EphemeralSecret', 'app', aStatus('Old'));
    let seconds = 0;
    const { rows, told } = await reconcile(60_000, () => {
      seconds += 1;
      if (seconds === 3) obey('GitSource', 'app', 'Verified');
      if (seconds === 6) obey('EphemeralSecret', 'app', 'Synced');
    });
    expect(asked).toEqual(['GitSource', 'EphemeralSecret']);
    expect(told).toEqual(['GitSource Old', 'EphemeralSecret Old']);
    expect(rows.map(({ reason }) => reason)).toEqual(['Verified', 'Synced']);
  });

  it('gives up when no controller looks in time', async () => {
    const { put, reconcile } = createStage();
    put('EphemeralSecret', 'app', aStatus('Old'));
    const error = await expectCode(reconcile(5000), 'MAYFLY_RECONCILE_UNOBSERVED');
    expect(error.message).toContain('shop/app');
  });

  it('only asks when it is not to wait', async () => {
    const { kube, put, reconcile } = createStage();
    put('EphemeralSecret', 'app', aStatus('Old'));
    expect((await reconcile(0)).rows).toHaveLength(1);
    const target = { resource: ownResources.EphemeralSecret, namespace: 'shop', name: 'app' };
    expect(kube.peek(target)?.metadata.annotations).toHaveProperty(['mayfly.dev/reconcile-at']);
  });

  it('says so when there is no such object, or none any more', async () => {
    const { kube, put, reconcile } = createStage();
    await expectCode(reconcile(5000), 'MAYFLY_STATUS_NOT_FOUND');
    put('GitSource', 'app', aStatus('Old'));
    const target = { resource: ownResources.GitSource, namespace: 'shop', name: 'app' };
    const gone = reconcile(60_000, () => kube.removeByHand(target));
    await expectCode(gone, 'MAYFLY_STATUS_NOT_FOUND');
  });
});

describe('a place', () => {
  it.each([
    [{}, false],
    [{ config: 'a' }, false],
    [{ namespace: 'shop' }, true],
    [{ allNamespaces: true, context: 'x', kubeconfig: 'k' }, true],
  ])('by %j is in a cluster: %s', (options, expected) => {
    expect(isOfCluster(options)).toBe(expected);
  });

  it.each([
    { kubeconfig: 'k' },
    { context: 'x', config: 'a' },
    { namespace: 'shop', allNamespaces: true },
    { namespace: 'shop', config: 'a' },
  ])('is not told by %j', async (options) => {
    const asked = Promise.resolve().then(() => isOfCluster(options));
    await expectCode(asked, 'MAYFLY_CLI_USAGE');
  });
});
