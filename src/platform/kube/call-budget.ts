import { createError } from '#core/errors/mayfly-error.ts';
import type { MonotonicClock } from '#core/ports/time.ts';

/** How many calls are made. */
export interface CallBudget {
  /** Resolves when the call may begin; rejects with the reason of the signal, and when too many wait already. */
  take(turn: Turn): Promise<void>;
  /** No call begins before this is over. */
  pause(ms: number): void;
}

export interface Turn {
  readonly what: string;
  readonly priority: 'high' | 'normal' | 'low';
  readonly signal: AbortSignal;
}

export interface CallBudgetOptions {
  /** Calls a second in the long run. */
  readonly perSecond: number;
  /** Calls at once after a rest. */
  readonly burst: number;
  /** Of each priority. */
  readonly mostWaiting: number;
}

/** A token bucket: calls of a higher priority go first, those of the same one in their order. */
export function createCallBudget(clock: MonotonicClock, options: CallBudgetOptions): CallBudget {
  return new TokenBucket(clock, options);
}

class TokenBucket implements CallBudget {
  readonly #clock: MonotonicClock;
  readonly #options: CallBudgetOptions;
  /** In the order in which they are served. */
  readonly #waiting = {
    high: new Set<() => void>(),
    normal: new Set<() => void>(),
    low: new Set<() => void>(),
  };
  #tokens: number;
  #filledAt: number;
  #pausedUntil: number;
  #cancelTimer: (() => void) | null = null;

  constructor(clock: MonotonicClock, options: CallBudgetOptions) {
    this.#clock = clock;
    this.#options = options;
    this.#tokens = options.burst;
    this.#filledAt = clock.ticks();
    this.#pausedUntil = this.#filledAt;
  }

  async take({ what, priority, signal }: Turn): Promise<void> {
    signal.throwIfAborted();
    const queue = this.#waiting[priority];
    if (queue.size >= this.#options.mostWaiting) {
      const reason = 'too many calls wait already';
      throw createError('MAYFLY_KUBE_UNAVAILABLE', { what, reason });
    }
    await new Promise<void>((resolve) => {
      function begin(): void {
        queue.delete(begin);
        signal.removeEventListener('abort', begin);
        resolve();
      }
      queue.add(begin);
      signal.addEventListener('abort', begin);
      this.#serve();
    });
    signal.throwIfAborted();
  }

  pause(ms: number): void {
    const now = this.#clock.ticks();
    this.#refill(now);
    this.#pausedUntil = Math.max(this.#pausedUntil, now + ms);
  }

  #serve(): void {
    this.#cancelTimer?.();
    this.#cancelTimer = null;
    const now = this.#clock.ticks();
    this.#refill(now);
    for (let begin = this.#next(); begin !== undefined; begin = this.#next()) {
      const delayMs = Math.max(this.#pausedUntil - now, (1 - this.#tokens) / this.#perMs);
      if (delayMs > 0) {
        this.#cancelTimer = this.#clock.after(Math.ceil(delayMs), () => this.#serve());
        return;
      }
      this.#tokens -= 1;
      begin();
    }
  }

  get #perMs(): number {
    return this.#options.perSecond / 1000;
  }

  /** Nothing is saved up during a pause. */
  #refill(now: number): void {
    const restedMs = Math.max(0, now - Math.max(this.#filledAt, this.#pausedUntil));
    this.#tokens = Math.min(this.#options.burst, this.#tokens + restedMs * this.#perMs);
    this.#filledAt = now;
  }

  #next(): (() => void) | undefined {
    const queue = Object.values(this.#waiting).find(({ size }) => size > 0);
    return queue?.values().next().value;
  }
}
