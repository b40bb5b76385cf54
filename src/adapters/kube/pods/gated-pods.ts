import { podResource } from '#core/api/kube-resources.ts';
import { isMayflyError } from '#core/errors/mayfly-error.ts';
import type { KubeApi, KubeObject, KubeQuery } from '#core/ports/kube/kube-api.ts';
import type { GatedPod, PodGates } from '#core/ports/kube/pod-gates.ts';
import { findSecretReferences } from '#core/usage/find-secret-references.ts';
import { gatedLabel, hasGate, listOtherGates } from '#core/usage/pod-gate.ts';
import { createSpreadReflector } from '#platform/kube/mirror/spread-reflector.ts';
import type { ReflectorDeps } from '#platform/kube/reflector/create-reflector.ts';
import { untilAborted } from '#platform/time/until-aborted.ts';

/** The pods that have our gate, mirrored by their mark; see readme.md. */
export interface KubePodGates extends PodGates {
  /** Until the signal ends it. */
  run(signal: AbortSignal): Promise<void>;
}

export interface KubePodGatesDeps {
  readonly reflector: ReflectorDeps;
  readonly api: Pick<KubeApi, 'list' | 'patch'>;
  /** Ends every call that is under way. */
  readonly signal: AbortSignal;
}

type Kept = GatedPod & { readonly isGated: boolean };

const query: KubeQuery = {
  resource: podResource,
  labelSelector: gatedLabel,
  fieldSelector: 'status.phase=Pending',
};

export function createKubePodGates(
  { reflector: deps, api, signal }: KubePodGatesDeps,
  { namespaces }: { readonly namespaces: readonly string[] | null },
): KubePodGates {
  const asked = Promise.withResolvers<void>();
  const mirror = createSpreadReflector(deps, { query, namespaces, keep: keepGated });

  return {
    follow: () => asked.resolve(),
    list: () => mirror.list().filter(({ isGated }) => isGated),
    async followIfAny(ending): Promise<void> {
      for (const namespace of namespaces ?? [null]) {
        const place = namespace === null ? {} : { namespace };
        const some = await listOne(api, { ...query, ...place }, ending);
        if (some) asked.resolve();
      }
    },
    async lift({ namespace, name, uid, resourceVersion, otherGates }): Promise<void> {
      const change = {
        metadata: { labels: { [gatedLabel]: null } },
        spec: { schedulingGates: otherGates },
      };
      const on = { uid, resourceVersion };
      mirror.learn(
        await api.patch({ resource: podResource, namespace, name }, change, { signal, on }),
      );
    },
    async run(ending): Promise<void> {
      await Promise.race([asked.promise, untilAborted(ending)]);
      if (!ending.aborted) await mirror.run(ending);
    },
  };
}

async function listOne(
  api: Pick<KubeApi, 'list'>,
  wanted: KubeQuery,
  signal: AbortSignal,
): Promise<boolean> {
  try {
    return (await api.list(wanted, { signal, limit: 1 })).items.length > 0;
  } catch (error) {
    if (isMayflyError(error)) return false;
    throw error;
  }
}

function keepGated(pod: KubeObject): Kept {
  const { name, namespace = '', uid, resourceVersion } = pod.metadata;
  return {
    namespace,
    name,
    uid,
    resourceVersion,
    isGated: hasGate(pod),
    secrets: findSecretReferences(pod).map((reference) => reference.name),
    otherGates: listOtherGates(pod),
  };
}
