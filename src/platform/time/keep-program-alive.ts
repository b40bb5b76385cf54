const anHourMs = 3_600_000;

/**
 * Node ends when nothing is left to wait for, and the timers of the clock do not count: this one does. The returned
 * function ends it.
 */
export function keepProgramAlive(): () => void {
  const timer = setInterval(() => undefined, anHourMs);
  return () => clearInterval(timer);
}
