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
 * lease; in every other state content is repaired within the lease it already has.
 */
export function decideWindow(
  event: LeaseEvent,
  terms: LeaseTerms,
  { now, held, issued }: WindowFacts,
): HeldLease | null {
  const verifiedAt = readVerifiedAt(event, held, now);
  if (terms.lifetime === 'Once') {
    return issued === null || isExpired(issued, now)
      ? null
      : { issuedAt: issued.issuedAt, expiresAt: issued.expiresAt, verifiedAt };
  }
  if (opensLease(event)) return { ...openWindow(now, terms.ttlMs), verifiedAt };
  return held === null || isExpired(held, now) ? null : held;
}

/** Whether new leases may be given: the source verified, or what it last was is to go on. */
export function opensLease(event: LeaseEvent): boolean {
  return event.kind === 'verified' || event.kind === 'suspended';
}

function readVerifiedAt(event: LeaseEvent, held: HeldLease | null, now: Instant): Instant {
  return event.kind === 'verified' ? event.at : (held?.verifiedAt ?? now);
}
