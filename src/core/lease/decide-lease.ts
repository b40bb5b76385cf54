import type { Instant } from '../ports/time.ts';
import { openWindow, type LeaseWindow } from './lease-window.ts';

/** What is known about the origin of one Secret, at the moment its lease is decided on. */
export type LeaseEvent =
  /** The source verified at this instant, and the Secret's file opened. */
  | { readonly kind: 'verified'; readonly at: Instant }
  /** No answer: DNS, connect or TLS time-out, 429, 5xx. It verified at this instant, as far as is remembered. */
  | { readonly kind: 'unreachable'; readonly verifiedAt: Instant | null }
  /** 401, 403, 404, unknown ref, wrong certificate or host key; a rewind or a bad signature; no such source. */
  | { readonly kind: 'refused' }
  /** The file is corrupt, or no key opens it. */
  | { readonly kind: 'fileFailed' }
  /** An accepted commit has no such path any more. */
  | { readonly kind: 'pathRemoved' }
  /** The object or its source is suspended: what was accepted last goes on. */
  | { readonly kind: 'suspended' }
  /** No pod uses it any more. */
  | { readonly kind: 'unused' }
  /** The object was deleted. */
  | { readonly kind: 'ownerDeleted' }
  /** The source was not asked yet since the program started. */
  | { readonly kind: 'unknown' };

/** What the object says about its leases; durations in milliseconds. */
export interface LeaseTerms {
  readonly ttlMs: number;
  readonly maxStaleMs: number;
  readonly lifetime: 'Continuous' | 'Once' | 'WhileInUse';
  readonly onSourceMissing: 'Delete' | 'Keep';
  readonly prune: boolean;
}

/** A lease as far as time is concerned. */
export interface HeldLease extends LeaseWindow {
  readonly verifiedAt: Instant;
}

export type LeaseDecision =
  /** A new window; `extended` says that the source did not verify and an outage is bridged. */
  | { readonly kind: 'renew'; readonly lease: HeldLease; readonly extended: boolean }
  /** Nothing to do now: the lease runs to its end. */
  | { readonly kind: 'keep' }
  /** The Secret is deleted now. */
  | { readonly kind: 'remove' }
  /** The Secret stays where it is and is no longer ours. */
  | { readonly kind: 'release' };

/** The lease that is decided on. `due` comes from `isDue`, or from another lease of the same object: see there. */
export interface LeaseAt {
  readonly lease: HeldLease;
  readonly now: Instant;
  readonly due: boolean;
}

/**
 * What an event does to the lease of one Secret: the table of design section 6. A lease that is not due is kept as it
 * is, so a pass without change writes nothing. `Once` is never renewed.
 */
export function decideLease(event: LeaseEvent, terms: LeaseTerms, at: LeaseAt): LeaseDecision {
  const isRenewable = at.due && terms.lifetime !== 'Once';
  switch (event.kind) {
    case 'verified':
      return isRenewable ? renew(terms, at, Math.max(event.at, at.lease.verifiedAt)) : keep;
    case 'suspended':
      return isRenewable ? renew(terms, at, at.lease.verifiedAt) : keep;
    case 'unreachable':
      return isRenewable ? extend(terms, at, event.verifiedAt ?? 0) : keep;
    case 'pathRemoved':
      return dropMissing(terms);
    case 'unused':
    case 'ownerDeleted':
      return { kind: 'remove' };
    default:
      return keep;
  }
}

const keep: LeaseDecision = { kind: 'keep' };

function renew({ ttlMs }: LeaseTerms, { now }: LeaseAt, verifiedAt: Instant): LeaseDecision {
  return { kind: 'renew', lease: { ...openWindow(now, ttlMs), verifiedAt }, extended: false };
}

/** Never beyond `maxStale` after the source last verified, and never shorter than the lease already is. */
function extend(
  { ttlMs, maxStaleMs }: LeaseTerms,
  { lease, now }: LeaseAt,
  remembered: Instant,
): LeaseDecision {
  const verifiedAt = Math.max(lease.verifiedAt, remembered);
  const expiresAt = Math.min(now + ttlMs, verifiedAt + maxStaleMs);
  if (expiresAt <= lease.expiresAt) return keep;
  return { kind: 'renew', lease: { issuedAt: now, expiresAt, verifiedAt }, extended: true };
}

function dropMissing({ prune, onSourceMissing }: LeaseTerms): LeaseDecision {
  if (!prune) return { kind: 'release' };
  return onSourceMissing === 'Delete' ? { kind: 'remove' } : keep;
}
