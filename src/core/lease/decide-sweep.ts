import type { Instant } from '../ports/time.ts';
import { isExpired, type LeaseWindow } from './lease-window.ts';

/** How long after a start an overdue Continuous lease is first offered renewal, in milliseconds. */
export const renewalOfferMs = 30_000;

/** What is known about the EphemeralSecret that a Secret belongs to. */
export type SweepOwner =
  | { readonly kind: 'gone' }
  | { readonly kind: 'once' }
  | {
      readonly kind: 'continuous';
      /** When its leases were last decided on with an answer of the source; null when never since the start. */
      readonly decidedAt: Instant | null;
    };

export interface SweepTime {
  readonly now: Instant;
  /** When the program started, or woke after it had stood still. */
  readonly awakeSince: Instant;
}

export type SweepDecision = 'remove' | 'wait';

/**
 * Whether a Secret is deleted now. One without its object is, at once; one whose lease is over is too, unless it is
 * Continuous, the program has just started and no renewal was offered yet: then after {@link renewalOfferMs}.
 */
export function decideSweep(
  lease: LeaseWindow,
  owner: SweepOwner,
  { now, awakeSince }: SweepTime,
): SweepDecision {
  if (owner.kind === 'gone') return 'remove';
  if (!isExpired(lease, now)) return 'wait';
  if (owner.kind === 'once') return 'remove';
  const wasOffered = owner.decidedAt !== null && owner.decidedAt >= awakeSince;
  return wasOffered || now - awakeSince >= renewalOfferMs ? 'remove' : 'wait';
}
