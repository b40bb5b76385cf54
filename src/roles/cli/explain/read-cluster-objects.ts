import { apiGroup, kindResources } from '#core/api/object.ts';
import { namespaceResource, ownResources } from '#core/api/kube-resources.ts';
import type { KubeApi } from '#core/ports/kube/kube-api.ts';
import { listObjects } from '#platform/kube/list-objects.ts';

/** What pods of a namespace are decided by, from a cluster, with the rights of the person. */
export async function readClusterObjects(
  api: KubeApi,
  namespace: string,
  signal: AbortSignal,
): Promise<readonly unknown[]> {
  const found: unknown[] = [];
  for (const kind of ['Store', 'ClusterStore', 'TenantPolicy'] as const) {
    const scope = kindResources[kind].scope === 'Namespaced' ? { namespace } : {};
    const query = { resource: ownResources[kind], ...scope };
    for await (const object of listObjects(api, query, { signal })) {
      found.push({ ...object, apiVersion: `${apiGroup}/`, kind });
    }
  }
  const own = await api.get({ resource: namespaceResource, name: namespace }, { signal });
  return own === null ? found : [...found, { ...own, kind: 'Namespace' }];
}
