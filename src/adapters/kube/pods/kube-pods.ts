import type { SecretUsage, SecretUse } from '#core/ports/kube/secret-usage.ts';
import type { ReflectorDeps } from '#platform/kube/reflector/create-reflector.ts';
import { untilAborted } from '#platform/time/until-aborted.ts';
import { createPodMirror, type PodMirror } from './pod-mirror.ts';

/** The pods of a cluster, as far as they use Secrets; see readme.md. */
export interface KubePods extends SecretUsage {
  /** Resolves when the signal has ended all that is followed. */
  run(signal: AbortSignal): Promise<void>;
}

type Listener = Parameters<SecretUsage['watch']>[0];

interface Followed {
  readonly mirror: PodMirror;
  readonly ending: AbortController;
  readonly ended: Promise<void>;
}

export function createKubePods(deps: ReflectorDeps): KubePods {
  const listeners = new Set<Listener>();
  const followed = new Map<string, Followed>();

  function follow(namespace: string): Followed {
    const ending = new AbortController();
    const mirror = createPodMirror(deps, namespace, (names) => {
      for (const listen of listeners) listen(namespace, names);
    });
    return { mirror, ending, ended: mirror.run(ending.signal) };
  }

  function letGo(namespace: string): void {
    followed.get(namespace)?.ending.abort();
    followed.delete(namespace);
  }

  return {
    read(namespace): ReadonlyMap<string, SecretUse> | null {
      const known = followed.get(namespace) ?? follow(namespace);
      followed.set(namespace, known);
      return known.mirror.read();
    },
    keep(namespaces): void {
      for (const namespace of followed.keys()) if (!namespaces.has(namespace)) letGo(namespace);
    },
    async watch(onChange, signal): Promise<void> {
      if (signal.aborted) return;
      listeners.add(onChange);
      await untilAborted(signal);
      listeners.delete(onChange);
    },
    async run(signal): Promise<void> {
      await untilAborted(signal);
      const running = [...followed.values()].map(({ ended }) => ended);
      for (const namespace of followed.keys()) letGo(namespace);
      await Promise.all(running);
    },
  };
}
