import { podResource } from '#core/api/kube-resources.ts';
import { isMayflyError } from '#core/errors/mayfly-error.ts';
import type { KubeObject } from '#core/ports/kube/kube-api.ts';
import type { SecretUse } from '#core/ports/kube/secret-usage.ts';
import {
  findSecretReferences,
  isPodUsing,
  type SecretReference,
} from '#core/usage/find-secret-references.ts';
import { createReflector, type ReflectorDeps } from '#platform/kube/reflector/create-reflector.ts';

/** The Secrets that the pods of one namespace use. */
export interface PodMirror {
  run(signal: AbortSignal): Promise<void>;
  /** Null until the pods were listed once; throws why they cannot be. */
  read(): ReadonlyMap<string, SecretUse> | null;
}

/** Pods that have ended are not even sent. */
const fieldSelector = 'status.phase!=Succeeded,status.phase!=Failed';

/** Keeps nothing of a pod but the names of Secrets. */
export function createPodMirror(
  deps: ReflectorDeps,
  namespace: string,
  onChange: (names: readonly string[]) => void,
): PodMirror {
  const uses = new UseCounts();
  let fault: unknown = null;
  const reflector = createReflector<readonly SecretReference[]>(
    {
      ...deps,
      onFault(failure): void {
        fault = failure.error;
        deps.onFault(failure);
      },
    },
    {
      query: { resource: podResource, namespace, fieldSelector },
      keep: (pod: KubeObject) => (isPodUsing(pod) ? findSecretReferences(pod) : []),
      onChange({ before, after }): void {
        const names = uses.change(before ?? [], after ?? []);
        if (names.length > 0) onChange(names);
      },
    },
  );
  return {
    run: async (signal) => await reflector.run(signal),
    read(): ReadonlyMap<string, SecretUse> | null {
      if (reflector.health().synced) return uses.byName;
      if (isMayflyError(fault)) throw fault;
      return null;
    },
  };
}

/** How many pods use each Secret. */
class UseCounts {
  readonly byName = new Map<string, { pods: number; optional: number; isOptional: boolean }>();

  /** Counts a pod anew and answers the names that are used in another way than before. */
  change(before: readonly SecretReference[], after: readonly SecretReference[]): readonly string[] {
    const names = [...new Set([...before, ...after].map(({ name }) => name))];
    const was = new Map(names.map((name) => [name, this.byName.get(name)?.isOptional]));
    for (const reference of after) this.#add(reference, 1);
    for (const reference of before) this.#add(reference, -1);
    return names.filter((name) => this.byName.get(name)?.isOptional !== was.get(name));
  }

  #add({ name, isOptional }: SecretReference, by: 1 | -1): void {
    const { pods, optional } = this.byName.get(name) ?? { pods: 0, optional: 0 };
    const now = { pods: pods + by, optional: optional + (isOptional ? by : 0) };
    if (now.pods === 0) this.byName.delete(name);
    else this.byName.set(name, { ...now, isOptional: now.optional > 0 });
  }
}
