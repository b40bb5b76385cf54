import { afterAll, beforeAll, expect, it } from '@jest/globals';
import type { KubeApi, KubeName, KubeObject, KubeResource } from '#core/ports/kube/kube-api.ts';
import { isMayflyError } from '#core/errors/mayfly-error.ts';
import { createReflector } from '#platform/kube/reflector/create-reflector.ts';
import { createSystemRandom } from '#platform/time/system-random.ts';
import { describeReflector, type BreakableKube } from '#test/contract/reflector.ts';
import { describeWithCluster } from '#test/support/cluster/describe-with-cluster.ts';
import {
  createClusterFaultProxy,
  type ClusterFaultProxy,
} from '#test/support/cluster/fault-proxy.ts';
import {
  answerStatus,
  firstOf,
  isList,
  isWatch,
  type EventRule,
  type SeenRequest,
} from '#test/support/cluster/faults/faults.ts';
import { createFakeClock } from '#test/support/fake-clock.ts';
import { openClusterApi } from '#test/support/kube/open-cluster-api.ts';
import { until } from '#test/support/until.ts';

const configMaps: KubeResource = {
  group: '',
  version: 'v1',
  plural: 'configmaps',
  kind: 'ConfigMap',
};
const namespaces: KubeResource = {
  group: '',
  version: 'v1',
  plural: 'namespaces',
  kind: 'Namespace',
};
const call = { signal: new AbortController().signal };
/** The client repeats a list that fails so often before it gives up. */
const triesOf = { list: 4, watch: 1 } as const;

interface Parts {
  readonly admin: KubeApi;
  readonly proxied: KubeApi;
  readonly proxy: ClusterFaultProxy;
}

let spaces = 0;

function all(kind: 'drop' | 'duplicate'): EventRule {
  return () => ({ kind });
}

/** One event is sent after the next one. */
function postponeEveryOther(): EventRule {
  let count = 0;
  return () => {
    count += 1;
    return count % 2 === 1 ? { kind: 'postpone' } : null;
  };
}

/** ConfigMaps of a namespace of their own. */
async function createBreakableKube({ admin, proxied, proxy }: Parts): Promise<BreakableKube> {
  spaces += 1;
  const namespace = `reflector-${spaces}`;
  await admin.create({ resource: namespaces, name: namespace }, {}, call);
  const isOurs = ({ path }: SeenRequest): boolean => path.includes(`/namespaces/${namespace}/`);
  const targetOf = (name: string): KubeName => ({ resource: configMaps, namespace, name });
  let stopSpoiling = (): void => undefined;
  return {
    api: proxied,
    query: { resource: configMaps, namespace },
    put: (name, text) => put(admin, targetOf(name), { data: { text } }),
    remove: (name) => admin.delete(targetOf(name), call),
    breakWatches: (kind) =>
      proxy.breakWatches(kind === 'error' ? { kind, status: 500 } : { kind }, isOurs),
    refuseNext: (verb, status) => {
      const isAsked = verb === 'list' ? isList : isWatch;
      proxy.onRequest(
        firstOf(triesOf[verb], (seen) => isOurs(seen) && isAsked(seen), answerStatus(status)),
      );
    },
    spoilEvents: (kind) => {
      stopSpoiling();
      if (kind !== null)
        stopSpoiling = proxy.onEvent(kind === 'postpone' ? postponeEveryOther() : all(kind));
    },
    count: (verb) =>
      proxy.requests.filter((seen) => isOurs(seen) && (verb === 'list' ? isList : isWatch)(seen))
        .length,
    get openWatches() {
      return proxy.openWatches.filter(isOurs).length;
    },
    close: async () => proxy.heal(),
  };
}

async function put(api: KubeApi, target: KubeName, body: object): Promise<KubeObject> {
  try {
    return await api.create(target, body, call);
  } catch (error) {
    if (!isMayflyError(error) || error.code !== 'MAYFLY_KUBE_EXISTS') throw error;
    return await api.patch(target, body, call);
  }
}

await describeWithCluster('the reflector on a real API server', {}, (cluster) => {
  let parts: Parts;

  beforeAll(async () => {
    const proxy = await createClusterFaultProxy(cluster());
    const admin = await openClusterApi(cluster());
    const proxied = await openClusterApi(cluster(), proxy.url);
    parts = { admin, proxied, proxy };
  });

  afterAll(async () => {
    await parts.proxy.close();
  });

  it('forgets what a restored database does not know', async () => {
    const { admin } = parts;
    const query = { resource: configMaps, namespace: 'default' };
    const clock = createFakeClock();
    const reflector = createReflector<string>(
      { api: admin, clock, random: createSystemRandom(), onFault: () => undefined },
      { query, keep: ({ metadata }) => metadata.name },
    );
    const stop = new AbortController();
    const goOn = (): Promise<void> => clock.advance(5);
    await put(admin, { ...query, name: 'before' }, {});
    const snapshot = await cluster().takeSnapshot();
    const running = reflector.run(stop.signal);
    await until(() => reflector.health().synced, goOn);
    reflector.learn(await put(admin, { ...query, name: 'after' }, {}));
    expect(reflector.list()).toEqual(['before', 'after']);
    await cluster().restoreSnapshot(snapshot);
    await until(() => reflector.list().length === 1, goOn);
    await put(admin, { ...query, name: 'later' }, {});
    await until(() => reflector.list().length === 2, goOn);
    expect(reflector.list()).toEqual(['before', 'later']);
    stop.abort();
    await running;
  }, 120_000);

  describeReflector('a real API server through a fault proxy', () => createBreakableKube(parts));
});
