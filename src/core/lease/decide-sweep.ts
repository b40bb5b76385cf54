import type { Instant } from '../ports/time.ts';
import type { HeldLease } from './decide-lease.ts';
import { isExpired } from './lease-window.ts';

/** How long after a start an overdue Continuous lease is first offered renewal, in milliseconds. */
export const renewalOfferMs = 30_000;

/** What is known about the EphemeralSecret that a Secret belongs to. */
export type SweepOwner =
  | { readonly kind: 'gone' }
  /** `Once`, or `WhileInUse` when nobody uses it. */
  | { readonly kind: 'once' }
  | {
      readonly kind: 'continuous';
      /** When its leases were last decided on with an answer of the source; null when never since the start. */
      readonly decidedAt: Instant | null;
      /** When the last pass began that came to an end, a lasting failure too; null when none did since the start. */
      readonly triedAt: Instant | null;
      readonly maxStaleMs: number;
    };

export interface SweepTime {
  readonly now: Instant;
  /** A lease that ends after this is not over: see `decideSkew`. */
  readonly certain: Instant;
  /** When the program started, or woke after it had stood still. */
  readonly awakeSince: Instant;
}

export type SweepDecision = 'remove' | 'wait';

/**
 * Whether a Secret is deleted now. One without its object is, at once; one whose lease is over is too, unless it is
 * Continuous, the program has just started and no renewal was offered yet: then after {@link renewalOfferMs}. As long
 * as nothing answered at all that is an outage, and bridged like one: up to `maxStale` after it last verified.
 */
export function decideSweep(
  lease: HeldLease,
  owner: SweepOwner,
  { now, certain, awakeSince }: SweepTime,
): SweepDecision {
  if (owner.kind === 'gone') return 'remove';
  if (!isExpired(lease, certain)) return 'wait';
  if (owner.kind === 'once' || isSince(owner.decidedAt, awakeSince)) return 'remove';
  if (now - awakeSince < renewalOfferMs) return 'wait';
  const isOutage = !isSince(owner.triedAt, awakeSince);
  return isOutage && certain < lease.verifiedAt + owner.maxStaleMs ? 'wait' : 'remove';
}

function isSince(at: Instant | null, awakeSince: Instant): boolean {
  return at !== null && at >= awakeSince;
}
