import { constants } from 'node:os';
import { createError } from '#core/errors/mayfly-error.ts';
import type { Host } from '#platform/lifecycle/host.ts';

/** What becomes of the signals that this program gets. */
export interface StopWatch {
  /** Aborted by a signal that asks to end while there is nobody to pass it on to. */
  readonly signal: AbortSignal;
  /** Passes signals on from now on, also the one that came before. */
  forwardTo(forward: (signal: NodeJS.Signals) => void): void;
  /** That of a program which such a signal has ended; null when there was none. */
  exitCode(): number | null;
}

/** Watches for signals. Those of `passed` are passed on, and never ask to end. */
export function watchStop(
  host: Pick<Host, 'onStopSignal'>,
  passed: readonly NodeJS.Signals[] = [],
): StopWatch {
  const stopping = new AbortController();
  let forward: ((signal: NodeJS.Signals) => void) | null = null;
  let early: NodeJS.Signals | null = null;
  host.onStopSignal((signal) => {
    if (forward !== null) return forward(signal);
    early ??= signal;
    stopping.abort(createError('MAYFLY_CI_UNAVAILABLE', { server: 'nobody', reason: signal }));
  });
  for (const signal of passed) process.on(signal, () => forward?.(signal));
  return {
    signal: stopping.signal,
    forwardTo(next) {
      forward = next;
      if (early !== null) next(early);
    },
    exitCode: () => (early === null ? null : 128 + constants.signals[early]),
  };
}
