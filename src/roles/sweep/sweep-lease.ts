import { leaseResource } from '#core/api/kube-resources.ts';
import { isMayflyError } from '#core/errors/mayfly-error.ts';
import { decideAwakeSince } from '#core/lease/decide-overdue.ts';
import type { KubeApi, KubeName, KubeObject } from '#core/ports/kube-api.ts';
import type { ServerTime } from '#core/ports/server-time.ts';
import type { Instant } from '#core/ports/time.ts';

/** A sweep in time, by the clock of the API server alone. */
export interface SweepTime {
  readonly now: Instant;
  readonly awakeSince: Instant;
}

interface Deps {
  readonly api: KubeApi;
  readonly serverTime: ServerTime;
}

const name = 'mayfly-sweep';

/**
 * Makes the Lease of the sweepers anew. The server stamps its creation, which nobody can choose: the admission policy
 * lets a sweeper delete what was over at that instant. It also remembers since when sweeps follow each other. Null
 * when another sweeper has just begun.
 */
export async function renewSweepLease(
  { api, serverTime }: Deps,
  namespace: string,
  signal: AbortSignal,
): Promise<SweepTime | null> {
  const target = { resource: leaseResource, namespace, name };
  const before = await api.get(target, { signal });
  if (before !== null) await api.delete(target, { signal, on: { uid: before.metadata.uid } });
  const awakeSince = decideAwakeSince(readBefore(before), serverTime.now());
  try {
    const made = await api.create(target, renderLease(target, awakeSince), { signal });
    const now = Date.parse(made.metadata.creationTimestamp ?? '');
    return { now, awakeSince: Math.min(awakeSince, now) };
  } catch (error) {
    if (isMayflyError(error) && error.code === 'MAYFLY_KUBE_EXISTS') return null;
    throw error;
  }
}

/** Up to when a controller may still be alive: twice the time after which another one takes over. */
export async function readControllerUntil(
  { api, serverTime }: Deps,
  lease: { readonly namespace: string; readonly name: string },
  signal: AbortSignal,
): Promise<Instant | null> {
  const found = await api.get({ resource: leaseResource, ...lease }, { signal });
  const renewedAt = Date.parse(readText(found, 'renewTime'));
  if (Number.isNaN(renewedAt)) return null;
  const seconds = Number(readText(found, 'leaseDurationSeconds')) || 0;
  return Math.min(renewedAt, serverTime.now()) + 2 * seconds * 1000;
}

function readBefore(
  lease: KubeObject | null,
): { readonly awakeSince: Instant; readonly sweptAt: Instant } | null {
  const awakeSince = Date.parse(readText(lease, 'acquireTime'));
  const sweptAt = Date.parse(lease?.metadata.creationTimestamp ?? '');
  return Number.isNaN(awakeSince) || Number.isNaN(sweptAt) ? null : { awakeSince, sweptAt };
}

/** A text or a number of the Lease; empty when there is none. */
function readText(lease: KubeObject | null, field: string): string {
  const spec = lease?.['spec'];
  if (typeof spec !== 'object' || spec === null) return '';
  const value: unknown = Object.getOwnPropertyDescriptor(spec, field)?.value;
  return typeof value === 'string' || typeof value === 'number' ? String(value) : '';
}

function renderLease(target: KubeName, awakeSince: Instant): object {
  return {
    apiVersion: 'coordination.k8s.io/v1',
    kind: 'Lease',
    metadata: { name: target.name, namespace: target.namespace },
    // Six digits of a second: the API takes no other form.
    spec: { acquireTime: new Date(awakeSince).toISOString().replace('Z', '000Z') },
  };
}
