import type { Clock } from '#core/ports/time.ts';

export interface SilenceLimit {
  readonly clock: Clock;
  readonly ms: number;
  readonly signal: AbortSignal;
  /** Why the work is aborted when nothing was heard for that long. */
  silent(): Error;
}

/** Does work under a signal of its own, aborted with the outer one and when `heard` was not called for too long. */
export async function withSilenceLimit(
  limit: SilenceLimit,
  work: (signal: AbortSignal, heard: () => void) => Promise<void>,
): Promise<void> {
  const { clock, ms, signal } = limit;
  signal.throwIfAborted();
  const own = new AbortController();
  function follow(): void {
    own.abort(signal.reason);
  }
  function end(): void {
    own.abort(limit.silent());
  }
  function heard(): void {
    cancel();
    cancel = clock.after(ms, end);
  }
  let cancel = clock.after(ms, end);
  signal.addEventListener('abort', follow);
  try {
    await work(own.signal, heard);
  } finally {
    cancel();
    signal.removeEventListener('abort', follow);
  }
}
