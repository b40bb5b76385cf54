import { ownResources, renderOwnTarget } from '#core/api/kube-resources.ts';
import { formatRef } from '#core/api/object.ts';
import { createError } from '#core/errors/mayfly-error.ts';
import type { KubeName, KubeObject } from '#core/ports/kube/kube-api.ts';
import { listObjects } from '#platform/kube/list-objects.ts';
import { wait } from '#platform/time/wait.ts';
import type { DetachDeps, DetachScope } from './detach-scope.ts';
import { readField } from '#core/text/read-field.ts';

const lookEveryMs = 500;

/** The EphemeralSecrets that are to be suspended, so that no controller takes back what is let go. */
export async function findUnsuspended(
  { api, signal }: DetachDeps,
  { namespace }: DetachScope,
): Promise<readonly KubeObject[]> {
  const resource = ownResources.EphemeralSecret;
  const query = { resource, ...(namespace !== undefined && { namespace }) };
  const objects = await Array.fromAsync(listObjects(api, query, { signal }));
  return objects.filter(({ spec }) => readField(spec, 'suspend') !== true);
}

/** Suspends them, and waits until a controller has seen it. Throws `MAYFLY_DETACH_UNOBSERVED` when none does. */
export async function suspendObjects(
  deps: DetachDeps,
  objects: readonly KubeObject[],
  waitMs: number,
): Promise<void> {
  const { api, signal } = deps;
  const suspended: KubeObject[] = [];
  for (const object of objects) {
    const patch = { spec: { suspend: true } };
    suspended.push(await api.patch(targetOf(object), patch, { signal }));
  }
  if (waitMs === 0) return;
  const deadline = deps.clock.ticks() + waitMs;
  for (const object of suspended) await untilSeen(deps, object, deadline);
}

async function untilSeen(deps: DetachDeps, object: KubeObject, deadline: number): Promise<void> {
  const { api, clock, signal } = deps;
  const { generation = 0 } = object.metadata;
  for (;;) {
    const live = await api.get(targetOf(object), { signal });
    const seen = live === null ? generation : readField(live['status'], 'observedGeneration');
    if (typeof seen === 'number' && seen >= generation) return;
    if (clock.ticks() >= deadline) break;
    await wait(clock, lookEveryMs, signal);
  }
  const { namespace = '', name } = object.metadata;
  throw createError('MAYFLY_DETACH_UNOBSERVED', { object: formatRef({ namespace, name }) });
}

function targetOf({ metadata: { namespace = '', name } }: KubeObject): KubeName {
  return renderOwnTarget({ kind: 'EphemeralSecret', namespace, name });
}
