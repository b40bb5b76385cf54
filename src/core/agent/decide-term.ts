import type { StoreTerm } from '../ports/secret-store.ts';
import type { Random } from '../ports/time.ts';

const jitter = 0.1;
const shortestMs = 1000;

/** A time spread by 10 % to either side, so that what began together does not go on together. */
export function spread(ms: number, random: Random): number {
  return Math.round(ms * (1 - jitter + 2 * jitter * random.fraction()));
}

/** When to do something about a term of so many milliseconds: after two thirds of it, spread by 10 %, no sooner than in 1 s. */
export function decideRenewalMs(durationMs: number, random: Random): number {
  return Math.max(shortestMs, spread((durationMs * 2) / 3, random));
}

/**
 * What is to be done when a term comes to its renewal. `replace` when it cannot be prolonged any more, or when the
 * store gave less than half of what it gave at first: then its longest time is near.
 */
export function decideTermStep(term: StoreTerm, firstDurationMs: number): 'renew' | 'replace' {
  return term.renewable && term.durationMs * 2 >= firstDurationMs ? 'renew' : 'replace';
}
