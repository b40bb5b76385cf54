import type { Instant } from '../time.ts';

/** One use of a token, before anything leaves for it. */
export interface TokenUse {
  /** {@link VerifiedToken.replayKey}. */
  readonly key: string;
  /** When the token was issued: what was used before the memory began is not known. */
  readonly issuedAt: Instant;
  /** Digest of the request: the same request within `retryMs` is the same use. */
  readonly request: string;
  /** Uses that the key has in all. */
  readonly limit: number;
  /** Until when the uses are remembered: the end of the token and the tolerance. */
  readonly until: Instant;
}

/**
 * `first`: recorded now. `again`: a retry of a use that is recorded. `spent`: no use is left. `unknown`: the token is older
 * than the memory, and may have been used.
 */
export type UseVerdict = 'first' | 'again' | 'spent' | 'unknown';

/** Remembers which tokens were used, for one broker or for many. */
export interface ReplayStore {
  /** Atomic, also between brokers. Throws `MAYFLY_REPLAY_UNAVAILABLE` when nothing can be recorded: then nothing leaves. */
  take(use: TokenUse, signal: AbortSignal): Promise<UseVerdict>;
  /** Gives a use back when nothing left for it. A use that is not recorded is no error. */
  release(use: TokenUse, signal: AbortSignal): Promise<void>;
  close(): Promise<void>;
}
