import type { Clock } from '#core/ports/time.ts';

export interface Deadline {
  readonly clock: Clock;
  readonly ms: number;
  readonly signal: AbortSignal;
  /** Why the work is aborted when its time is over. Made only then: an error takes longer than many a call. */
  reason(): Error;
}

/**
 * Does work under a signal of its own, which is aborted with the outer one and when the time is over. `again` gives
 * it the whole time once more.
 */
export async function withDeadline<T>(
  deadline: Deadline,
  work: (signal: AbortSignal, again: () => void) => Promise<T>,
): Promise<T> {
  const { clock, ms, signal } = deadline;
  signal.throwIfAborted();
  const own = new AbortController();
  function follow(): void {
    own.abort(signal.reason);
  }
  function end(): void {
    own.abort(deadline.reason());
  }
  function again(): void {
    cancel();
    cancel = clock.after(ms, end);
  }
  let cancel = clock.after(ms, end);
  signal.addEventListener('abort', follow);
  try {
    return await work(own.signal, again);
  } finally {
    cancel();
    signal.removeEventListener('abort', follow);
  }
}

/** Waits for work that has no signal; rejects with the reason of the signal when that comes first. */
export async function orAborted<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  const aborted = Promise.withResolvers<never>();
  function giveUp(): void {
    aborted.reject(signal.reason);
  }
  signal.addEventListener('abort', giveUp, { once: true });
  try {
    return await Promise.race([work, aborted.promise]);
  } finally {
    signal.removeEventListener('abort', giveUp);
  }
}
