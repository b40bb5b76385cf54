import type { Clock } from '#core/ports/time.ts';
import { createDelayedKeys, type DelayedKeys } from './delayed-keys.ts';
import { createWaitingKeys, type Priority } from './waiting-keys.ts';

/**
 * The keys that need work. A key is there once however often it is added, is worked on by one taker at a time, and
 * an addition while it is worked on is kept for afterwards. Keys of equal priority keep their order.
 */
export interface WorkQueue {
  /** Adds a key for now; cancels a delayed addition of it. */
  add(key: string, priority: Priority): void;
  /** Adds a key for later; of two delayed additions the earlier wins. */
  addAfter(key: string, delayMs: number, priority: Priority): void;
  /** Waits for the next key; null once closed. Call {@link WorkQueue.done} with it afterwards. */
  take(): Promise<string | null>;
  /** The work on a taken key has ended. */
  done(key: string): void;
  /** Drops the waiting and delayed work of a key that no longer exists. */
  remove(key: string): void;
  /** Ends all waiting; what is added afterwards is dropped. */
  close(): void;
  /** How many keys wait for a taker now. */
  readonly depth: number;
}

/** Of the keys of one group only so many are worked on at a time; those of others go before them then. */
export interface GroupShare {
  groupOf(key: string): string;
  readonly most: number;
}

/** Creates a {@link WorkQueue} over a clock; without a share any keys are worked on at a time. */
export function createWorkQueue(clock: Clock, share: GroupShare | null = null): WorkQueue {
  return new KeyQueue(clock, share);
}

class KeyQueue implements WorkQueue {
  readonly #waiting = createWaitingKeys();
  readonly #delayed: DelayedKeys;
  /** The keys worked on, with the priority of an addition since they were taken. */
  readonly #taken = new Map<string, Priority | null>();
  readonly #takers: ((key: string | null) => void)[] = [];
  readonly #share: GroupShare | null;
  #closed = false;

  constructor(clock: Clock, share: GroupShare | null) {
    this.#share = share;
    this.#delayed = createDelayedKeys(clock, (key, priority) => this.add(key, priority));
  }

  add(key: string, priority: Priority): void {
    if (this.#closed) return;
    this.#delayed.remove(key);
    if (this.#taken.has(key)) {
      this.#taken.set(key, this.#taken.get(key) === 'soon' ? 'soon' : priority);
      return;
    }
    this.#waiting.add(key, priority);
    this.#serve();
  }

  #serve(): void {
    while (this.#takers.length > 0) {
      const key = this.#takeNow();
      if (key === null) return;
      this.#takers.shift()?.(key);
    }
  }

  addAfter(key: string, delayMs: number, priority: Priority): void {
    if (!this.#closed) this.#delayed.add(key, delayMs, priority);
  }

  take(): Promise<string | null> {
    const key = this.#takeNow();
    if (key !== null || this.#closed) return Promise.resolve(key);
    return new Promise((resolve) => this.#takers.push(resolve));
  }

  #isFree(key: string): boolean {
    const share = this.#share;
    if (share === null) return true;
    const group = share.groupOf(key);
    return (
      this.#taken
        .keys()
        .filter((each) => share.groupOf(each) === group)
        .toArray().length < share.most
    );
  }

  #takeNow(): string | null {
    const key = this.#waiting.shift((each) => this.#isFree(each));
    if (key === undefined) return null;
    this.#taken.set(key, null);
    return key;
  }

  done(key: string): void {
    const again = this.#taken.get(key);
    this.#taken.delete(key);
    if (again !== undefined && again !== null) this.add(key, again);
    else this.#serve();
  }

  remove(key: string): void {
    this.#waiting.remove(key);
    this.#delayed.remove(key);
    if (this.#taken.has(key)) this.#taken.set(key, null);
  }

  close(): void {
    this.#closed = true;
    this.#delayed.clear();
    this.#waiting.clear();
    for (const taker of this.#takers.splice(0)) taker(null);
  }

  get depth(): number {
    return this.#waiting.size();
  }
}
