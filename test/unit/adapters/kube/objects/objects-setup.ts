import { createKubeObjects, type KubeObjects } from '#adapters/kube/objects/kube-objects.ts';
import { renderOwnTarget } from '#core/api/kube-resources.ts';
import { kindNames, type ObjectRef } from '#core/api/object.ts';
import { createFakeClock, settle, type FakeClock } from '#test/support/fake-clock.ts';
import { createFakeRandom } from '#test/support/fake-random.ts';
import { createMemoryKube, type MemoryKube } from '#test/support/memory/memory-kube.ts';

/** Our objects on an API server in memory. */
export interface ObjectsSetup {
  readonly objects: KubeObjects;
  readonly kube: MemoryKube;
  readonly clock: FakeClock;
  /** Creates the object, or replaces its spec; resolves when the mirror knows. */
  put(ref: ObjectRef, spec: object): Promise<void>;
  /** Begins to follow the server; resolves when it was listed, or could not be. */
  start(): Promise<void>;
  close(): Promise<void>;
}

export function createObjectsSetup(namespaces: readonly string[] | null = null): ObjectsSetup {
  const clock = createFakeClock();
  const kube = createMemoryKube(clock);
  const ending = new AbortController();
  const objects = createKubeObjects(
    {
      api: kube,
      clock,
      random: createFakeRandom(),
      signal: ending.signal,
      onFault: () => undefined,
      onEventLost: () => undefined,
    },
    { kinds: kindNames, namespaces, instance: 'mayfly-0' },
  );
  let running: Promise<void> = Promise.resolve();
  return {
    objects,
    kube,
    clock,
    async put(ref, spec): Promise<void> {
      const { resource, ...metadata } = renderOwnTarget(ref);
      const { group, version, kind } = resource;
      kube.put(resource, { apiVersion: `${group}/${version}`, kind, metadata, spec });
      await settle();
    },
    async start(): Promise<void> {
      running = objects.run(ending.signal);
      await settle();
    },
    async close(): Promise<void> {
      ending.abort();
      await running;
    },
  };
}
