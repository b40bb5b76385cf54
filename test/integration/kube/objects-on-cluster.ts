import { createKubeObjects, type KubeObjects } from '#adapters/kube/objects/kube-objects.ts';
import { renderOwnTarget } from '#core/api/kube-resources.ts';
import type { ObjectRef } from '#core/api/object.ts';
import type { KubeApi, KubeCall, KubeName } from '#core/ports/kube/kube-api.ts';
import { createSystemClock } from '#platform/time/system-clock.ts';
import { createSystemRandom } from '#platform/time/system-random.ts';
import type { ObjectsUnderTest } from '#test/contract/object-api.ts';
import { until } from '#test/support/until.ts';

const call: KubeCall = { signal: new AbortController().signal };
const settled: ObjectRef = { kind: 'GitSource', namespace: 'settled', name: 'settled' };

export interface ObjectsOnCluster extends ObjectsUnderTest {
  readonly objects: KubeObjects;
  readonly lost: readonly unknown[];
}

/** Our objects over `api`, written by hands that use `admin`, past any proxy. */
export async function openObjects(api: KubeApi, admin: KubeApi): Promise<ObjectsOnCluster> {
  const ending = new AbortController();
  const lost: unknown[] = [];
  const objects = createKubeObjects(
    {
      api,
      clock: createSystemClock(),
      random: createSystemRandom(),
      signal: ending.signal,
      onFault: () => undefined,
      onEventLost: (_, error) => lost.push(error),
    },
    { kinds: ['GitSource', 'EphemeralSecret'], namespaces: null, instance: 'mayfly-0' },
  );
  const running = objects.run(ending.signal);
  await objects.untilSynced(ending.signal);

  /** Waits until the mirror knows the object as it is on the server. */
  async function known(ref: ObjectRef): Promise<void> {
    const live = await admin.get(renderOwnTarget(ref), call);
    const wanted = live?.metadata.resourceVersion;
    await until(async () => (await objects.get(ref))?.metadata.resourceVersion === wanted);
  }

  async function put(ref: ObjectRef, spec: object): Promise<void> {
    await putObject(admin, renderOwnTarget(ref), spec);
    await known(ref);
  }

  async function remove(ref: ObjectRef): Promise<void> {
    await admin.delete(renderOwnTarget(ref), call);
    await known(ref);
  }

  return {
    objects,
    lost,
    put,
    async annotate(ref, annotations): Promise<void> {
      await admin.patch(renderOwnTarget(ref), { metadata: { annotations } }, call);
      await known(ref);
    },
    delete: remove,
    // Events of one watch come in their order: when this one has come, so have those before it.
    async settle(): Promise<void> {
      await put(settled, { url: 'https://git.test/repo.git', ref: { branch: 'main' } });
      await remove(settled);
    },
    async close(): Promise<void> {
      for (const { kind, metadata } of await objects.list('GitSource')) {
        await admin.delete(renderOwnTarget({ ...metadata, kind }), call);
      }
      ending.abort();
      await running;
    },
  };
}

async function putObject(admin: KubeApi, target: KubeName, spec: object): Promise<void> {
  const live = await admin.get(target, call);
  if (live === null) await admin.create(target, { spec }, call);
  else await admin.replace(target, { ...live, spec }, call);
}
