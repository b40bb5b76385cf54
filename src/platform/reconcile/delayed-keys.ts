import type { Clock, Instant } from '#core/ports/time.ts';
import type { Priority } from './waiting-keys.ts';

export interface DelayedKeys {
  /** Of two delays of one key the earlier wins. */
  add(key: string, delayMs: number, priority: Priority): void;
  remove(key: string): void;
  clear(): void;
}

interface DelayedKey {
  readonly at: Instant;
  readonly priority: Priority;
  readonly cancel: () => void;
}

/** How often the wall clock is compared: a timer does not notice that it jumped forward or that the host slept. */
const lookEveryMs = 10_000;

/** Keys that come due by the clock, at most ten seconds late when the clock jumps. */
export function createDelayedKeys(
  clock: Clock,
  onDue: (key: string, priority: Priority) => void,
): DelayedKeys {
  const delayed = new Map<string, DelayedKey>();
  let stopLooking: (() => void) | null = null;

  function add(key: string, delayMs: number, priority: Priority): void {
    const at = clock.now() + Math.max(0, delayMs);
    const before = delayed.get(key);
    if (before !== undefined && before.at <= at) return;
    before?.cancel();
    delayed.set(key, { at, priority, cancel: clock.after(delayMs, () => fire(key)) });
    stopLooking ??= clock.after(lookEveryMs, look);
  }

  function fire(key: string): void {
    const entry = delayed.get(key);
    remove(key);
    if (entry !== undefined) onDue(key, entry.priority);
  }

  function look(): void {
    const now = clock.now();
    for (const [key, entry] of delayed) if (entry.at <= now) fire(key);
    stopLooking = delayed.size === 0 ? null : clock.after(lookEveryMs, look);
  }

  function remove(key: string): void {
    delayed.get(key)?.cancel();
    delayed.delete(key);
  }

  function clear(): void {
    for (const entry of delayed.values()) entry.cancel();
    delayed.clear();
    stopLooking?.();
    stopLooking = null;
  }

  return { add, remove, clear };
}
