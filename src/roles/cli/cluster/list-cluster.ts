import { ownResources } from '#core/api/kube-resources.ts';
import { namespacedKindNames, type NamespacedKindName } from '#core/api/object.ts';
import type { KubeObject } from '#core/ports/kube/kube-api.ts';
import { renderStatusRow } from '#core/status/render-row.ts';
import type { StatusRow } from '#core/status/status-answer.ts';
import { listObjects } from '#platform/kube/list-objects.ts';
import type { ClusterDeps } from './cluster-scope.ts';

/** The objects of a namespace, or of all, by kind, namespace and name. */
export async function listCluster(
  { api, signal }: Pick<ClusterDeps, 'api' | 'signal'>,
  namespace: string | undefined,
): Promise<StatusRow[]> {
  const rows: StatusRow[] = [];
  for (const kind of namespacedKindNames) {
    const query = { resource: ownResources[kind], ...(namespace !== undefined && { namespace }) };
    for await (const object of listObjects(api, query, { signal })) {
      rows.push(renderRow(kind, object));
    }
  }
  return rows;
}

export function renderRow(kind: NamespacedKindName, { metadata, status }: KubeObject): StatusRow {
  const { namespace = '', name } = metadata;
  return renderStatusRow({ kind, metadata: { namespace, name }, status });
}
