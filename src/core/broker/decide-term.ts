import type { Instant } from '../ports/time.ts';
import type { Caller } from './asked.ts';

/** Of a token of the broker's own. */
export const longestTicketMs = 15 * 60_000;

export interface TermQuestion {
  readonly caller: Pick<Caller, 'expiresAt' | 'ticket'>;
  readonly now: Instant;
  /** What the policy grants. */
  readonly ttlMs: number;
  /** A result lasts at most so many times the rest of the token. */
  readonly restFactor: number;
}

/**
 * When values end: no later than the policy says, and than so many times what is left of the token that was shown. The
 * broker's own token counts as the identity token that it stands for.
 */
export function decideTerm({ caller, now, ttlMs, restFactor }: TermQuestion): Instant {
  const restMs = Math.max(0, caller.expiresAt - now);
  return now + Math.min(ttlMs, restMs * restFactor);
}

/** When a token of the broker's own ends: within 15 minutes, and with a token that a pod has to show again. */
export function decideTicketTerm(question: TermQuestion, isReviewed: boolean): Instant {
  const end = Math.min(decideTerm(question), question.now + longestTicketMs);
  return isReviewed ? Math.min(end, question.caller.expiresAt) : end;
}
