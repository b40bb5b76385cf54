import type { MonotonicClock } from '#core/ports/time.ts';

/** The longest delay a timer of Node takes; a longer one would fire at once. */
const longestTimerMs = 2 ** 31 - 1;

/** The wall clock and timers of this machine. Timers do not keep the process alive. */
export function createSystemClock(): MonotonicClock {
  return { now: () => Date.now(), after: startTimer, ticks: readTicks };
}

/** Not by `performance`, which Node loads at its first use: the agent would wait for that. */
function readTicks(): number {
  return Number(process.hrtime.bigint()) / 1e6;
}

function startTimer(delayMs: number, callback: () => void): () => void {
  let timer: NodeJS.Timeout | undefined;
  function arm(remainingMs: number): void {
    const stepMs = Math.min(remainingMs, longestTimerMs);
    const next = remainingMs > stepMs ? () => arm(remainingMs - stepMs) : callback;
    timer = setTimeout(next, stepMs);
    timer.unref();
  }
  arm(Math.max(0, delayMs));
  return () => clearTimeout(timer);
}
