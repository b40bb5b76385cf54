const anHourMs = 3_600_000;

/** Node ends when nothing is left to wait for, and the timers of the clock do not count: this one does. */
export function keepProgramAlive(): void {
  setInterval(() => undefined, anHourMs);
}
