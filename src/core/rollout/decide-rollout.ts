import type { Instant } from '../ports/time.ts';

/** Content that changes for many at once does not restart them all at once: each waits up to this, in milliseconds. */
export const rolloutJitterMs = 10_000;
/** In any time this long, in milliseconds, … */
export const rolloutWindowMs = 30_000;
/** … at most so many workloads are restarted. */
const mostRollouts = 5;

export interface RolloutFacts {
  readonly now: Instant;
  /** When this one may begin. */
  readonly dueAt: Instant;
  /** When others began, in order. */
  readonly begun: readonly Instant[];
}

export type RolloutDecision =
  { readonly kind: 'roll' } | { readonly kind: 'wait'; readonly afterMs: number };

/** Whether a workload is restarted now, or how long it waits for its turn. */
export function decideRollout({ now, dueAt, begun }: RolloutFacts): RolloutDecision {
  const free = begun.at(-mostRollouts);
  const at = Math.max(dueAt, free === undefined ? 0 : free + rolloutWindowMs);
  return now >= at ? { kind: 'roll' } : { kind: 'wait', afterMs: at - now };
}
