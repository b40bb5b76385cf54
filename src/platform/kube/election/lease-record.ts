import type { KubeName, KubeObject, KubeResource } from '#core/ports/kube/kube-api.ts';
import type { Instant } from '#core/ports/time.ts';
import { isRecord } from '#core/text/read-field.ts';
import { renderMicroTime } from '../wire/render-micro-time.ts';

/** https://kubernetes.io/docs/concepts/architecture/leases/ */
export const leaseResource: KubeResource = {
  group: 'coordination.k8s.io',
  version: 'v1',
  plural: 'leases',
  kind: 'Lease',
};

/** What a Lease says. Its times are not read: they are of other people's clocks. */
export interface LeaseRecord {
  /** Empty when it was given back. */
  readonly holder: string;
  readonly durationMs: number;
  readonly transitions: number;
}

/** Longer than anybody would wait: a mistake in a Lease must not keep everybody from leading. */
const longestDurationMs = 600_000;

export function leaseTarget(namespace: string, name: string): KubeName {
  return { resource: leaseResource, namespace, name };
}

/** A Lease without a usable duration counts with the given one. */
export function readLease(lease: KubeObject, defaultDurationMs: number): LeaseRecord {
  const spec = isRecord(lease['spec']) ? lease['spec'] : {};
  const { holderIdentity, leaseDurationSeconds, leaseTransitions } = spec;
  const durationMs = isCount(leaseDurationSeconds)
    ? leaseDurationSeconds * 1000
    : defaultDurationMs;
  return {
    holder: typeof holderIdentity === 'string' ? holderIdentity : '',
    durationMs: Math.min(durationMs, longestDurationMs),
    transitions: isCount(leaseTransitions) ? leaseTransitions : 0,
  };
}

export interface LeaseWrite {
  /** Null when there is none yet. */
  readonly lease: KubeObject | null;
  readonly holder: string;
  readonly durationMs: number;
  readonly now: Instant;
}

/** The Lease with another holder, or renewed by the same one; whatever else it says stays. */
export function renderLease(write: LeaseWrite): object {
  const { lease, holder, durationMs, now } = write;
  const spec = lease !== null && isRecord(lease['spec']) ? lease['spec'] : {};
  const renewTime = renderMicroTime(now);
  return {
    ...lease,
    spec: {
      ...spec,
      ...(spec['holderIdentity'] === holder ? {} : { acquireTime: renewTime }),
      holderIdentity: holder,
      leaseDurationSeconds: Math.ceil(durationMs / 1000),
      renewTime,
      leaseTransitions: countTransitions(write),
    },
  };
}

/** How often the Lease went from one holder to another. */
function countTransitions({ lease, holder, durationMs }: LeaseWrite): number {
  if (lease === null) return 0;
  const before = readLease(lease, durationMs);
  return before.holder === holder || holder === '' ? before.transitions : before.transitions + 1;
}

function isCount(value: unknown): value is number {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0;
}
