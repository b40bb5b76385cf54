import type { Instant } from '../ports/time.ts';
import type { HeldLease, LeaseEvent, LeaseTerms } from './decide-lease.ts';
import { isExpired, openWindow, type LeaseWindow } from './lease-window.ts';

/** What is known about the lease that a Secret has, had, or may get. */
export interface WindowFacts {
  readonly now: Instant;
  /** The lease it has, or by our status had when it was removed by hand; null for a Secret that is new. */
  readonly held: HeldLease | null;
  /** The one lease of a lifetime `Once`; null before it was issued, and for `Continuous`. */
  readonly issued: LeaseWindow | null;
}

/**
 * The lease under which content may be written, or null when it may not. Only a source that verified gives a new
 * lease, or one in an outage that {@link bridgesOutage}; in every other state content is repaired within the lease it
 * already has.
 */
export function decideWindow(
  event: LeaseEvent,
  terms: LeaseTerms,
  { now, held, issued }: WindowFacts,
): HeldLease | null {
  const verifiedAt = readVerifiedAt(event, held, now);
  if (terms.lifetime === 'Once')
    return unlessOver(issued && { ...pickWindow(issued), verifiedAt }, now);
  if (opensLease(event)) return { ...openWindow(now, terms.ttlMs), verifiedAt };
  if (held === null && bridgesOutage(event, terms, now)) {
    const expiresAt = Math.min(now + terms.ttlMs, event.verifiedAt + terms.maxStaleMs);
    return { issuedAt: now, expiresAt, verifiedAt: event.verifiedAt };
  }
  return unlessOver(held, now);
}

function pickWindow({ issuedAt, expiresAt }: LeaseWindow): LeaseWindow {
  return { issuedAt, expiresAt };
}

function unlessOver(lease: HeldLease | null, now: Instant): HeldLease | null {
  return lease === null || isExpired(lease, now) ? null : lease;
}

/** Whether new leases may be given: the source verified, or what it last was is to go on. */
export function opensLease(event: LeaseEvent): boolean {
  return event.kind === 'verified' || event.kind === 'suspended';
}

type Bridged = Extract<LeaseEvent, { readonly kind: 'unreachable' }> & {
  readonly verifiedAt: Instant;
};

/**
 * Whether an outage is bridged for a Secret that is not there: one of a lifetime `WhileInUse` comes back for a pod as
 * long as it would have stayed there otherwise, which is up to `maxStale`.
 */
export function bridgesOutage(
  event: LeaseEvent,
  { lifetime, maxStaleMs }: LeaseTerms,
  now: Instant,
): event is Bridged {
  if (lifetime !== 'WhileInUse' || event.kind !== 'unreachable') return false;
  return event.verifiedAt !== null && now < event.verifiedAt + maxStaleMs;
}

function readVerifiedAt(event: LeaseEvent, held: HeldLease | null, now: Instant): Instant {
  return event.kind === 'verified' ? event.at : (held?.verifiedAt ?? now);
}
