import { Worker } from 'node:worker_threads';
import type { Clock } from '#core/ports/time.ts';
import { createWorkerLine, type WorkerLine } from './worker-line.ts';

export interface WorkerPoolOptions {
  /** The module that every worker runs. */
  readonly script: URL;
  /** How many workers at most; what comes on top waits its turn. */
  readonly size: number;
  /** How long one conversation may take, in milliseconds. */
  readonly timeoutMs: number;
  /** How long a worker without work is kept, in milliseconds. */
  readonly idleMs: number;
}

export interface Conversation<T> {
  /** Talks with a worker of its own until it resolves. */
  readonly talk: (line: WorkerLine) => Promise<T>;
  readonly signal: AbortSignal;
  /** What to fail with when the time is over. */
  readonly whenLate: () => Error;
}

/** Threads for what would block the event loop. They keep the process alive only while they work. */
export interface WorkerPool {
  /**
   * Runs one conversation. When it fails, is aborted or takes too long, its worker is ended with everything it
   * holds.
   */
  run<T>(conversation: Conversation<T>): Promise<T>;
}

export function createWorkerPool(clock: Clock, options: WorkerPoolOptions): WorkerPool {
  return new Pool(clock, options);
}

class Pool implements WorkerPool {
  readonly #clock: Clock;
  readonly #options: WorkerPoolOptions;
  readonly #idle = new Map<WorkerLine, () => void>();
  readonly #waiting: (() => void)[] = [];
  #busy = 0;

  constructor(clock: Clock, options: WorkerPoolOptions) {
    this.#clock = clock;
    this.#options = options;
  }

  async run<T>(conversation: Conversation<T>): Promise<T> {
    await this.#waitForTurn();
    try {
      conversation.signal.throwIfAborted();
      return await this.#converse(conversation);
    } finally {
      this.#busy -= 1;
      this.#waiting.shift()?.();
    }
  }

  async #waitForTurn(): Promise<void> {
    while (this.#busy >= this.#options.size) {
      await new Promise<void>((resolve) => this.#waiting.push(resolve));
    }
    this.#busy += 1;
  }

  async #converse<T>(conversation: Conversation<T>): Promise<T> {
    const { signal, whenLate, talk } = conversation;
    const line = this.#takeLine();
    const late = Promise.withResolvers<never>();
    const stopClock = this.#clock.after(this.#options.timeoutMs, () => late.reject(whenLate()));
    function stop(): void {
      late.reject(signal.reason);
    }
    signal.addEventListener('abort', stop, { once: true });
    try {
      const answer = await Promise.race([talk(line), line.failed, late.promise]);
      this.#putBack(line);
      return answer;
    } catch (error) {
      await line.end();
      throw error;
    } finally {
      stopClock();
      signal.removeEventListener('abort', stop);
    }
  }

  #takeLine(): WorkerLine {
    const [idle] = this.#idle;
    if (idle === undefined) return createWorkerLine(new Worker(this.#options.script));
    const [line, stopClock] = idle;
    stopClock();
    this.#idle.delete(line);
    line.keepAlive(true);
    return line;
  }

  #putBack(line: WorkerLine): void {
    line.keepAlive(false);
    const stopClock = this.#clock.after(this.#options.idleMs, () => {
      this.#idle.delete(line);
      void line.end();
    });
    this.#idle.set(line, stopClock);
  }
}
