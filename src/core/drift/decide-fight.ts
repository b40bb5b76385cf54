import type { Instant } from '../ports/time.ts';

/** How often somebody else changed one Secret in a row, and when last. */
export interface FightRecord {
  readonly changes: number;
  readonly lastAt: Instant;
}

export interface FightDecision {
  /** To be given back with the next change of that Secret. */
  readonly record: FightRecord;
  /** How long to wait before the repair, in milliseconds; 0 while nobody fights. */
  readonly delayMs: number;
}

const toleratedChanges = 5;
const firstDelayMs = 5_000;
const longestDelayMs = 300_000;
/** Longer than the longest delay, so that a fight which is only slowed down does not look like a new one. */
const quietMs = 900_000;

/**
 * Edits by hand are repaired at once. Another controller that changes the same Secret after each repair would have
 * both of them write for ever: from its sixth change on, each repair waits twice as long as the one before.
 */
export function decideFight(before: FightRecord | null, now: Instant): FightDecision {
  const changes = before !== null && isSoonAfter(before.lastAt, now) ? before.changes + 1 : 1;
  const delayMs =
    changes > toleratedChanges
      ? Math.min(longestDelayMs, firstDelayMs * 2 ** (changes - toleratedChanges - 1))
      : 0;
  return { record: { changes, lastAt: now }, delayMs };
}

/** A clock that jumped back ends every fight. */
function isSoonAfter(lastAt: Instant, now: Instant): boolean {
  return now >= lastAt && now - lastAt < quietMs;
}
