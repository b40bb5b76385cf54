import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { EventRecorder } from '#adapters/kube/objects/events/record-events.ts';
import { renderOwnTarget } from '#core/api/kube-resources.ts';
import type { ObjectRef, StoredObject } from '#core/api/object.ts';
import type { KubeApi, KubeCall, KubeObject } from '#core/ports/kube/kube-api.ts';
import { firstVerdict } from '#platform/reconcile/attempt.ts';
import { createSystemClock } from '#platform/time/system-clock.ts';
import { createSystemRandom } from '#platform/time/system-random.ts';
import { createControllerMemory } from '#roles/controller/controller-memory.ts';
import { writeReport } from '#roles/controller/loops/write-report.ts';
import { describeObjectApi } from '#test/contract/object-api.ts';
import type { Cluster } from '#test/support/cluster/create-cluster.ts';
import { describeWithCluster } from '#test/support/cluster/describe-with-cluster.ts';
import {
  createClusterFaultProxy,
  type ClusterFaultProxy,
} from '#test/support/cluster/fault-proxy.ts';
import {
  answerStatus,
  everyNth,
  isFor,
  isList,
  isWrite,
} from '#test/support/cluster/faults/faults.ts';
import { createFakeClock } from '#test/support/fake-clock.ts';
import { evaluateKstatus, type JudgedObject } from '#test/support/kube/kstatus.ts';
import { openClusterApi } from '#test/support/kube/open-cluster-api.ts';
import { until } from '#test/support/until.ts';
import { openObjects, type ObjectsOnCluster } from './objects-on-cluster.ts';

const ref: ObjectRef = { kind: 'GitSource', namespace: 'shop', name: 'repo' };
const spec = { url: 'https://git.test/repo.git', ref: { branch: 'main' } };
const events = { group: 'events.k8s.io', version: 'v1', plural: 'events', kind: 'Event' };
const call: KubeCall = { signal: new AbortController().signal };
const synced = { ready: 'True', reconciling: false, stalled: false, reason: 'Verified' } as const;

await describeWithCluster('our objects on a real API server', {}, (cluster) => {
  let admin: KubeApi;
  let proxy: ClusterFaultProxy;

  beforeAll(async () => {
    await prepare(cluster());
    admin = await openClusterApi(cluster());
    proxy = await createClusterFaultProxy(cluster());
  });
  afterAll(async () => await proxy.close());

  describeObjectApi('of a real API server', async () => await openObjects(admin, admin));
  describeObjectApi('of a server that fails and a network that breaks', async () => {
    breakThings(proxy);
    const made = await openObjects(await openClusterApi(cluster(), proxy.url), admin);
    return {
      ...made,
      async close(): Promise<void> {
        proxy.heal();
        await made.close();
      },
    };
  });

  describe('an object', () => {
    let made: ObjectsOnCluster;
    const get = async (): Promise<StoredObject> => {
      const object = await made.objects.get(ref);
      if (object === null) throw new Error('the object is not there');
      return object;
    };

    beforeAll(async () => {
      made = await openObjects(admin, admin);
      await made.put(ref, spec);
    });
    afterAll(async () => await made.close());

    it('is in progress at first, and current when it is ready', async () => {
      const parts = {
        objects: made.objects,
        clock: createSystemClock(),
        serverTime: null,
        memory: createControllerMemory(),
      };
      expect(await judge(admin)).toBe('InProgress');
      await writeReport(parts, ref, { verdict: firstVerdict, onlyIfNew: true });
      expect(await judge(admin)).toBe('InProgress');
      await writeReport(parts, ref, { verdict: { ...synced, message: 'followed' } });
      expect(await judge(admin)).toBe('Current');
      const waiting = ['wait', '--for=condition=Ready', 'gitsource/repo', '-n', 'shop'];
      await cluster().kubectl([...waiting, '--timeout=5s']);
      await made.put(ref, { ...spec, ref: { branch: 'next' } });
      expect(await judge(admin)).toBe('InProgress');
      const failing = cluster().kubectl([...waiting, '--timeout=1s']);
      await expect(failing).rejects.toThrow('timed out');
      const stalled = { ...synced, ready: 'False', stalled: true, message: 'wrong' } as const;
      await writeReport(parts, ref, { verdict: stalled });
      expect(await judge(admin)).toBe('Failed');
    });

    it('loses the fields of its status that disappeared', async () => {
      const { resourceVersion } = (await get()).metadata;
      await made.objects.writeStatus(ref, { revision: 'a', tag: 'v1' }, resourceVersion);
      await made.objects.writeStatus(ref, { tag: 'v2' }, (await get()).metadata.resourceVersion);
      const live = await admin.get(renderOwnTarget(ref), call);
      expect(live?.['status']).toEqual({ tag: 'v2' });
    });

    it('shows what became of it', async () => {
      const event = { about: ref, type: 'Warning', reason: 'Tested', message: 'a test' } as const;
      await made.objects.recordEvent(event);
      const describing = ['describe', 'gitsource', 'repo', '-n', 'shop'];
      await until(async () => (await cluster().kubectl(describing)).includes('Tested'));
      expect(await cluster().kubectl(describing)).toMatch(
        /Warning\s+Tested\s+\S+\s+mayfly.dev\/controller\s+a test/u,
      );
      expect(made.lost).toEqual([]);
    });

    it('may have a status up to the limit', async () => {
      const about: ObjectRef = { ...ref, kind: 'EphemeralSecret' };
      await made.put(about, {
        sourceRef: { name: 'repo' },
        path: 'apps',
        decryption: { keys: [{ secretRef: { name: 'keys' } }] },
        target: { manifests: {} },
      });
      const row = { code: 'MAYFLY_SOPS_MAC_MISMATCH', commit: 'a', origin: 'b' };
      const failures = Array.from({ length: 500 }, (_, index) => ({
        ...row,
        path: `apps/${index}`,
        message: 'x'.repeat(1_960),
      }));
      const object = await made.objects.get(about);
      const { resourceVersion = '' } = object?.metadata ?? {};
      await made.objects.writeStatus(about, { failures }, resourceVersion);
      const live = await admin.get(renderOwnTarget(about), call);
      expect(JSON.stringify(live?.['status']).length).toBeGreaterThan(1_000_000);
      await admin.delete(renderOwnTarget(about), call);
    });
  });

  it('takes events of every shape that is made, and counts them', async () => {
    const clock = createFakeClock();
    const lost: unknown[] = [];
    const recorder = new EventRecorder({
      api: admin,
      clock,
      random: createSystemRandom(),
      instance: 'mayfly-0',
      signal: call.signal,
      findUid: () => null,
      onLost: (_, error) => lost.push(error),
    });
    const event = { about: ref, type: 'Normal', reason: 'Tested', message: '' } as const;
    const long = { ...event, message: 'ü'.repeat(2_000) };
    const ofCluster = { kind: 'TenantPolicy', namespace: '', name: 'x'.repeat(253) } as const;
    for (const one of [long, { ...event, about: ofCluster, message: 'a' }]) recorder.record(one);
    const list = async (namespace: string): Promise<readonly KubeObject[]> =>
      (await admin.list({ resource: events, namespace }, { ...call, limit: 500 })).items;
    await until(async () => (await list('default')).some(({ regarding }) => isAbout(regarding)));
    await clock.advance(60_000);
    recorder.record(long);
    await until(async () => (await list('shop')).some(({ series }) => series !== undefined));
    const counted = (await list('shop')).find(({ series }) => series !== undefined);
    expect(counted).toMatchObject({ series: { count: 2 } });
    expect(lost).toEqual([]);
  });
});

async function prepare(cluster: Cluster): Promise<void> {
  await cluster.kubectl(['apply', '-k', 'manifests/crds']);
  await cluster.kubectl(['wait', '--for=condition=Established', 'crd', '--all']);
  for (const name of ['prod', 'shop', 'settled']) {
    await cluster.kubectl(['create', 'namespace', name]);
  }
}

/** What a write is answered is not broken: whether a lost answer was a success nobody can know. */
function breakThings(proxy: ClusterFaultProxy): void {
  proxy.onRequest(everyNth(2, isList, answerStatus(500)));
  proxy.onRequest(everyNth(3, isWrite, answerStatus(429, 0)));
  proxy.onRequest(everyNth(2, isFor('events'), { kind: 'reset' }));
  let count = 0;
  proxy.onEvent(() => {
    count += 1;
    if (count % 5 === 0) return { kind: 'partial' };
    return count % 2 === 0 ? { kind: 'duplicate' } : null;
  });
}

function isAbout(regarding: unknown): boolean {
  return JSON.stringify(regarding).includes('"kind":"TenantPolicy"');
}

async function judge(admin: KubeApi): Promise<string> {
  const live = await admin.get(renderOwnTarget(ref), call);
  if (live === null) throw new Error('the object is not there');
  const { status } = live as { status?: NonNullable<JudgedObject['status']> };
  const { generation = 0 } = live.metadata;
  return evaluateKstatus({ metadata: { generation }, ...(status === undefined ? {} : { status }) });
}
