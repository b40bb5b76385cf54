import { createError, isMayflyError } from '#core/errors/mayfly-error.ts';
import type { KubeApi, KubeResource } from '#core/ports/kube/kube-api.ts';
import type { Workloads } from '#core/ports/kube/workloads.ts';
import type { WorkloadKind } from '#core/rollout/parse-restart.ts';

export interface KubeWorkloadsDeps {
  readonly api: Pick<KubeApi, 'patch'>;
  /** Ends every call that is under way. */
  readonly signal: AbortSignal;
}

export const workloadResources: Readonly<Record<WorkloadKind, KubeResource>> = {
  Deployment: nameKind('Deployment', 'deployments'),
  StatefulSet: nameKind('StatefulSet', 'statefulsets'),
  DaemonSet: nameKind('DaemonSet', 'daemonsets'),
};

function nameKind(kind: WorkloadKind, plural: string): KubeResource {
  return { group: 'apps', version: 'v1', plural, kind };
}

/** Restarts as `kubectl rollout restart` does: by an annotation of the pod template; see readme.md. */
export function createKubeWorkloads({ api, signal }: KubeWorkloadsDeps): Workloads {
  return {
    async restart(namespace, { kind, name }, { key, value }): Promise<void> {
      const template = { metadata: { annotations: { [key]: value } } };
      const target = { resource: workloadResources[kind], namespace, name };
      try {
        await api.patch(target, { spec: { template } }, { signal });
      } catch (error) {
        if (!isMayflyError(error) || error.code !== 'MAYFLY_KUBE_NOT_FOUND') throw error;
        const workload = `${kind.toLowerCase()}/${name}`;
        throw createError('MAYFLY_SYNC_WORKLOAD_MISSING', { workload, namespace });
      }
    },
  };
}
