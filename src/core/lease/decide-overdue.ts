import type { Instant } from '../ports/time.ts';

/** How long after its end a lease is left to a controller, in milliseconds. */
const graceMs = 10_000;
/** How long after a wake-up a controller has to start, be elected and renew what can be renewed, in milliseconds. */
const wakeOfferMs = 120_000;
/** A longer time without a sweep means that the cluster slept, or nobody swept, in milliseconds. */
const longestGapMs = 180_000;

/** What a sweeper knows that cannot look at the Secrets. */
export interface SweeperFacts {
  readonly now: Instant;
  /** Since when sweeps followed each other without a long gap. */
  readonly awakeSince: Instant;
  /** Up to when a controller may still be alive, by its Lease; null when there never was one. */
  readonly controllerUntil: Instant | null;
}

/** A lease as the status of its object tells of it. */
export interface ListedLease {
  readonly expiresAt: Instant;
  readonly lifetime: 'Once' | 'Continuous';
}

/**
 * Whether a sweeper beside the controller deletes a Secret. A living controller goes first: `Once` is deleted when it
 * is overdue for {@link graceMs}, Continuous only while no controller lives, and after a wake-up only when one had
 * {@link wakeOfferMs} to start and renew it.
 */
export function decideOverdue(lease: ListedLease, facts: SweeperFacts): 'remove' | 'wait' {
  const { now, awakeSince, controllerUntil } = facts;
  if (now - lease.expiresAt < graceMs) return 'wait';
  if (lease.lifetime === 'Once') return 'remove';
  const isControlled = controllerUntil !== null && now < controllerUntil;
  return isControlled || now - awakeSince < wakeOfferMs ? 'wait' : 'remove';
}

/** Since when sweeps follow each other, from what the sweep before left; null when there was none. */
export function decideAwakeSince(
  before: { readonly awakeSince: Instant; readonly sweptAt: Instant } | null,
  now: Instant,
): Instant {
  if (before === null || now - before.sweptAt > longestGapMs) return now;
  return Math.min(before.awakeSince, now);
}
