import type { Instant, MonotonicClock } from '#core/ports/time.ts';

/** A clock that moves only when told. */
export interface FakeClock extends MonotonicClock {
  /** Moves on, fires what is due in order, and lets promises settle before and after each timer. */
  advance(ms: number): Promise<void>;
  /** Sets the wall clock without firing anything, as an administrator or NTP does. */
  jumpTo(instant: Instant): void;
  /** How many timers are set. */
  readonly pending: number;
}

interface FakeTimer {
  readonly at: number;
  readonly order: number;
  readonly callback: () => void;
}

/** Lets everything run that is ready to run: promises and immediates. */
export async function settle(rounds = 5): Promise<void> {
  for (let round = 0; round < rounds; round += 1) {
    await new Promise<void>((resolve) => setImmediate(resolve));
  }
}

/** A fake {@link MonotonicClock}, starting at 2026-01-01T00:00:00Z unless told otherwise. */
export function createFakeClock(start: Instant = Date.UTC(2026, 0, 1)): FakeClock {
  const timers = new Set<FakeTimer>();
  let wall = start;
  let elapsed = 0;
  let created = 0;

  function after(delayMs: number, callback: () => void): () => void {
    const timer = { at: elapsed + Math.max(0, delayMs), order: (created += 1), callback };
    timers.add(timer);
    return () => timers.delete(timer);
  }

  function nextDue(until: number): FakeTimer | undefined {
    const due = [...timers].filter((timer) => timer.at <= until);
    return due.toSorted((a, b) => a.at - b.at || a.order - b.order)[0];
  }

  function moveTo(target: number): void {
    wall += target - elapsed;
    elapsed = target;
  }

  async function advance(ms: number): Promise<void> {
    const end = elapsed + ms;
    await settle();
    for (let timer = nextDue(end); timer !== undefined; timer = nextDue(end)) {
      timers.delete(timer);
      moveTo(timer.at);
      timer.callback();
      await settle();
    }
    moveTo(end);
  }

  return {
    now: () => wall,
    ticks: () => elapsed,
    after,
    advance,
    jumpTo: (instant) => {
      wall = instant;
    },
    get pending() {
      return timers.size;
    },
  };
}
