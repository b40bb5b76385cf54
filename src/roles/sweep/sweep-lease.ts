import { isMayflyError } from '#core/errors/mayfly-error.ts';
import { decideAwakeSince } from '#core/lease/decide-overdue.ts';
import type { KubeApi, KubeName, KubeObject } from '#core/ports/kube/kube-api.ts';
import type { ServerTime } from '#core/ports/kube/server-time.ts';
import type { Instant } from '#core/ports/time.ts';
import { leaseTarget } from '#platform/kube/election/lease-record.ts';
import { renderMicroTime } from '#platform/kube/wire/render-micro-time.ts';
import { readField } from '#core/text/read-field.ts';

/** A sweep in time, by the clock of the API server. */
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
 * Notes this sweep in the Lease of the sweepers, which remembers since when sweeps follow each other. Its time is what
 * the admission policy compares with the end of a lease, which a sweeper cannot see. Null when another sweeper has
 * just begun.
 */
export async function renewSweepLease(
  deps: Deps,
  namespace: string,
  signal: AbortSignal,
): Promise<SweepTime | null> {
  const { api, serverTime } = deps;
  const target = leaseTarget(namespace, name);
  const before = await api.get(target, { signal });
  const now = serverTime.now();
  const time = { now, awakeSince: decideAwakeSince(readBefore(before), now) };
  try {
    await writeLease(api, { target, before, time }, signal);
    return time;
  } catch (error) {
    if (isMayflyError(error) && error.kind === 'conflict') return null;
    throw error;
  }
}

interface LeaseChange {
  readonly target: KubeName;
  readonly before: KubeObject | null;
  readonly time: SweepTime;
}

async function writeLease(
  api: KubeApi,
  { target, before, time }: LeaseChange,
  signal: AbortSignal,
): Promise<void> {
  const { now, awakeSince } = time;
  const spec = { acquireTime: renderMicroTime(awakeSince), renewTime: renderMicroTime(now) };
  if (before === null) {
    await api.create(target, { spec }, { signal });
  } else {
    const { resourceVersion } = before.metadata;
    await api.replace(target, { metadata: { resourceVersion }, spec }, { signal });
  }
}

/** Up to when a controller may still be alive: twice the time after which another one takes over. */
export async function readControllerUntil(
  { api, serverTime }: Deps,
  lease: { readonly namespace: string; readonly name: string },
  signal: AbortSignal,
): Promise<Instant | null> {
  const found = await api.get(leaseTarget(lease.namespace, lease.name), { signal });
  const renewedAt = Date.parse(readText(found, 'renewTime'));
  if (Number.isNaN(renewedAt)) return null;
  const seconds = Number(readText(found, 'leaseDurationSeconds')) || 0;
  return Math.min(renewedAt, serverTime.now()) + 2 * seconds * 1000;
}

function readBefore(
  lease: KubeObject | null,
): { readonly awakeSince: Instant; readonly sweptAt: Instant } | null {
  const awakeSince = Date.parse(readText(lease, 'acquireTime'));
  const sweptAt = Date.parse(readText(lease, 'renewTime'));
  return Number.isNaN(awakeSince) || Number.isNaN(sweptAt) ? null : { awakeSince, sweptAt };
}

/** A text or a number of the Lease; empty when there is none. */
function readText(lease: KubeObject | null, field: string): string {
  const value = readField(lease, 'spec', field);
  return typeof value === 'string' || typeof value === 'number' ? String(value) : '';
}
