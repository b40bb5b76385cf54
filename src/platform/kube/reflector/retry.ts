import { isMayflyError } from '#core/errors/mayfly-error.ts';
import type { Random } from '#core/ports/time.ts';
import { decideBackoffMs } from '#platform/reconcile/backoff.ts';

/** How one connection ended. */
export interface ConnectionEnd {
  /** Whether anything was heard over it, or it was open for long enough. */
  readonly isHealthy: boolean;
  /** Null for an end in good order. */
  readonly failure: unknown;
}

/** What to do next. */
export interface RetryPlan {
  readonly delayMs: number;
  /** Whether the version that was reached is of no use any more. */
  readonly mustList: boolean;
}

const backoff = { firstMs: 500, longestMs: 30_000, longestAskedMs: 300_000 };
const reconnectJitterMs = 500;
/** A version that the server does not accept, such as one of a restored etcd, looks like any other failure. */
const failuresUntilList = 3;

/** Decides when to connect again. Only a connection that was healthy makes it forget failures, never a mere list. */
export class Retry {
  readonly #random: Random;
  #failures = 0;
  #wasExpired = false;

  constructor(random: Random) {
    this.#random = random;
  }

  plan({ isHealthy, failure }: ConnectionEnd): RetryPlan {
    if (isHealthy) {
      this.#failures = 0;
      this.#wasExpired = false;
      if (failure === null) return { delayMs: this.#jitterMs(), mustList: false };
    }
    this.#failures += 1;
    const isExpired = isMayflyError(failure) && failure.code === 'MAYFLY_KUBE_EXPIRED';
    const isFirst = isExpired && !this.#wasExpired;
    this.#wasExpired = isExpired;
    if (isFirst) return { delayMs: this.#jitterMs(), mustList: true };
    const askedMs = isMayflyError(failure) ? failure.retryAfterMs : undefined;
    const delayMs = decideBackoffMs(backoff, { count: this.#failures, askedMs }, this.#random);
    return { delayMs, mustList: isExpired || this.#failures >= failuresUntilList };
  }

  #jitterMs(): number {
    return Math.round(reconnectJitterMs * this.#random.fraction());
  }
}
