import { podResource } from '#core/api/kube-resources.ts';
import { createError } from '#core/errors/mayfly-error.ts';
import { workloadKinds } from '#core/injection/pod/read-pod-template.ts';
import type { KubeApi, KubeObject, KubeResource } from '#core/ports/kube/kube-api.ts';

export interface ClusterTarget {
  /** `NAME` of a pod, or `kind/NAME` of a workload. */
  readonly target: string;
  readonly namespace: string;
}

/** The pod or workload of that name. Throws `MAYFLY_POD_NOT_FOUND` when there is none. */
export async function readClusterPod(
  api: KubeApi,
  { target, namespace }: ClusterTarget,
  signal: AbortSignal,
): Promise<KubeObject> {
  const [kind = '', name] = target.includes('/') ? target.split('/') : ['pod', target];
  const resource = findResource(kind);
  const object =
    resource === null || name === undefined
      ? null
      : await api.get({ resource, namespace, name }, { signal });
  if (resource === null || object === null) throw createError('MAYFLY_POD_NOT_FOUND', { target });
  return { ...object, kind: resource.kind };
}

function findResource(word: string): KubeResource | null {
  if (word === 'pod') return podResource;
  const kind = workloadKinds.find((known) => known.toLowerCase() === word.toLowerCase());
  if (kind === undefined) return null;
  const group = kind === 'Job' || kind === 'CronJob' ? 'batch' : 'apps';
  return { group, version: 'v1', plural: `${kind.toLowerCase()}s`, kind };
}
