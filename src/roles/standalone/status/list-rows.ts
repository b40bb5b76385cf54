import { formatRef, localKindNames, type StoredObject } from '#core/api/object.ts';
import type { ObjectApi } from '#core/ports/object-api.ts';
import { renderStatusRow } from '#core/status/render-row.ts';
import type { StatusRow } from '#core/status/status-answer.ts';

/** All objects, by kind, namespace and name. */
export async function listRows(objects: Pick<ObjectApi, 'list'>): Promise<StatusRow[]> {
  const rows: StatusRow[] = [];
  for (const kind of localKindNames) {
    const all = await objects.list(kind);
    rows.push(...all.toSorted(byRef).map(renderStatusRow));
  }
  return rows;
}

function byRef(left: StoredObject, right: StoredObject): number {
  return formatRef(left.metadata) < formatRef(right.metadata) ? -1 : 1;
}
