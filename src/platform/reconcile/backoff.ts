import type { Random } from '#core/ports/time.ts';

export interface BackoffOptions {
  /** The first delay, in milliseconds. */
  readonly firstMs: number;
  /** The longest delay of our own choice. */
  readonly longestMs: number;
  /** The longest delay that another side may ask for. */
  readonly longestAskedMs: number;
}

export const defaultBackoff: BackoffOptions = {
  firstMs: 1000,
  longestMs: 300_000,
  longestAskedMs: 3_600_000,
};

/** Doublings beyond this are over every cap. */
const mostDoublings = 30;
const askedJitter = 0.1;

/**
 * The delay before the next try: doubles with each failure up to the cap, spread over its upper half so that many
 * failures of one cause do not come back together. Never sooner than the other side asked.
 */
export function decideBackoffMs(
  options: BackoffOptions,
  failure: { readonly count: number; readonly askedMs?: number | undefined },
  random: Random,
): number {
  const doublings = Math.min(Math.max(0, failure.count - 1), mostDoublings);
  const ours = Math.min(options.longestMs, options.firstMs * 2 ** doublings);
  const spread = ours * (0.5 + 0.5 * random.fraction());
  if (failure.askedMs === undefined) return Math.round(spread);
  const asked = Math.min(Math.max(0, failure.askedMs), options.longestAskedMs);
  return Math.round(Math.max(spread, asked * (1 + askedJitter * random.fraction())));
}
