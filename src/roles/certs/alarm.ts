import type { Clock } from '#core/ports/time.ts';
import { wait } from '#platform/time/wait.ts';

/** Ends a rest early, once it has lasted for its least time. */
export interface Alarm {
  ring(): void;
  /** Resolves when the time is over, when it rang, and when the signal is aborted. */
  wait(rest: Rest, signal: AbortSignal): Promise<void>;
}

interface Rest {
  readonly clock: Clock;
  readonly ms: number;
  readonly leastMs: number;
}

/** It remembers that it rang while nobody waited. */
export function createAlarm(): Alarm {
  let bell = new AbortController();
  return {
    ring: () => bell.abort(),
    wait: async ({ clock, ms, leastMs }, signal) => {
      await wait(clock, leastMs, signal).catch(() => undefined);
      const either = AbortSignal.any([signal, bell.signal]);
      await wait(clock, Math.max(0, ms - leastMs), either).catch(() => undefined);
      bell = new AbortController();
    },
  };
}
