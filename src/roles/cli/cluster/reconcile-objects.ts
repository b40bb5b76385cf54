import { renderOwnTarget } from '#core/api/kube-resources.ts';
import { formatRef, keys, namespacedKindNames, type NamespacedKindName } from '#core/api/object.ts';
import { createError } from '#core/errors/mayfly-error.ts';
import type { KubeName, KubeObject } from '#core/ports/kube/kube-api.ts';
import type { StatusRow } from '#core/status/status-answer.ts';
import { wait } from '#platform/time/wait.ts';
import type { ClusterDeps } from './cluster-scope.ts';
import { renderRow } from './list-cluster.ts';
import { readField } from '#core/text/read-field.ts';

export interface ReconcileAsked {
  readonly namespace: string;
  readonly name: string;
  /** How long a controller has for each object; 0 does not wait. */
  readonly waitMs: number;
  /** Told how an object stands while it is waited for, whenever that changes. */
  tell(row: StatusRow): void;
}

const lookEveryMs = 500;

/**
 * Has the objects of a name looked at now, a source before the secret that reads from it, and answers how they stand
 * then. Throws `MAYFLY_STATUS_NOT_FOUND`, and `MAYFLY_RECONCILE_UNOBSERVED` when no controller looked in time.
 */
export async function reconcileObjects(
  deps: ClusterDeps,
  asked: ReconcileAsked,
): Promise<readonly StatusRow[]> {
  const { api, signal } = deps;
  const { namespace, name } = asked;
  const rows: StatusRow[] = [];
  for (const kind of namespacedKindNames) {
    const target = renderOwnTarget({ kind, namespace, name });
    const found = await api.get(target, { signal });
    if (found !== null)
      rows.push(renderRow(kind, await reconcileOne(deps, { kind, target }, asked)));
  }
  if (rows.length > 0) return rows;
  throw createError('MAYFLY_STATUS_NOT_FOUND', { object: formatRef(asked) });
}

interface One {
  readonly kind: NamespacedKindName;
  readonly target: KubeName;
}

async function reconcileOne(
  deps: ClusterDeps,
  one: One,
  asked: ReconcileAsked,
): Promise<KubeObject> {
  const mark = new Date(deps.clock.now()).toISOString();
  const patch = { metadata: { annotations: { [keys.reconcileAt]: mark } } };
  const object = await deps.api.patch(one.target, patch, { signal: deps.signal });
  if (asked.waitMs === 0) return object;
  const deadline = deps.clock.ticks() + asked.waitMs;
  let told = '';
  let live = object;
  while (readField(live['status'], 'reconciledAt') !== mark) {
    const row = renderRow(one.kind, live);
    const stand = JSON.stringify(row);
    if (stand !== told) asked.tell(row);
    told = stand;
    if (deps.clock.ticks() >= deadline) throw unobserved(asked);
    await wait(deps.clock, lookEveryMs, deps.signal);
    live = await readAgain(deps, one.target);
  }
  return live;
}

async function readAgain({ api, signal }: ClusterDeps, target: KubeName): Promise<KubeObject> {
  const live = await api.get(target, { signal });
  if (live !== null) return live;
  const { namespace = '', name } = target;
  throw createError('MAYFLY_STATUS_NOT_FOUND', { object: formatRef({ namespace, name }) });
}

function unobserved(asked: ReconcileAsked): Error {
  return createError('MAYFLY_RECONCILE_UNOBSERVED', { object: formatRef(asked) });
}
