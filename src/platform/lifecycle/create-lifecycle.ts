import { constants } from 'node:os';
import { isMayflyError } from '#core/errors/mayfly-error.ts';
import type { Clock } from '#core/ports/time.ts';
import type { Logger } from '#platform/log/logger.ts';
import type { Host } from './host.ts';

/** A broken invariant of Mayfly itself, sysexits(3) `EX_SOFTWARE`. */
const bugExit = 70;
/** It was asked to stop and did not get done in time. */
const lateExit = 1;

export interface LifecycleParts {
  readonly host: Host;
  readonly logger: Logger;
  readonly clock: Clock;
}

/** Ends one part of the program; when the deadline aborts it gives up what it still waits for. */
export type Stop = (deadline: AbortSignal) => Promise<void> | void;

export interface Lifecycle {
  /** Aborts when the program is to end: no new work is begun. */
  readonly stopping: AbortSignal;
  /** Notes what was started, to be stopped in the opposite order. */
  started(name: string, stop: Stop): void;
  /** Stops everything and exits, with 0 unless told otherwise. */
  shutDown(code?: number): Promise<void>;
  /**
   * Tells of a failure that ends the program, stops everything, and exits with the code of the failure. `withinMs`
   * where it must not take as long as usual.
   */
  fail(error: unknown, withinMs?: number): Promise<void>;
}

/**
 * The life of one program: a first signal stops everything in order within the deadline, a second one exits at once,
 * an uncaught error is logged as a bug and exits with 70.
 */
export function createLifecycle(
  parts: LifecycleParts,
  options: { readonly deadlineMs: number },
): Lifecycle {
  const { host, logger } = parts;
  const stopping = new AbortController();
  const running: { readonly name: string; readonly stop: Stop }[] = [];

  async function end(code: number, withinMs = options.deadlineMs): Promise<void> {
    if (stopping.signal.aborted) return;
    stopping.abort();
    const isInTime = await stopAll(parts, running, withinMs);
    host.exit(isInTime ? code : code || lateExit);
  }

  host.keepAlive();
  host.onStopSignal((signal) => {
    if (stopping.signal.aborted) host.exit(128 + constants.signals[signal]);
    else logger.info('stopping', { signal });
    void end(0);
  });
  host.onUncaught((error) => {
    logger.error('an error that nobody caught', { error });
    host.exit(bugExit);
  });
  return {
    stopping: stopping.signal,
    started: (name, stop) => running.push({ name, stop }),
    shutDown: (code = 0) => end(code),
    fail: (error, withinMs) => {
      logger.error('cannot go on', { error });
      return end(isMayflyError(error) ? error.exitCode : bugExit, withinMs);
    },
  };
}

/** Last started, first stopped. Returns whether all was done before the deadline. */
async function stopAll(
  { logger, clock }: LifecycleParts,
  running: readonly { readonly name: string; readonly stop: Stop }[],
  deadlineMs: number,
): Promise<boolean> {
  const deadline = new AbortController();
  const isLate = new Promise<'late'>((resolve) => {
    deadline.signal.addEventListener('abort', () => resolve('late'));
  });
  const cancel = clock.after(deadlineMs, () => deadline.abort());
  for (const { name, stop } of running.toReversed()) {
    const stopped = stopOne(logger, { name, stop }, deadline.signal);
    const result = await Promise.race([stopped, isLate]);
    if (result === 'late') logger.warn('not stopped in time', { name });
  }
  cancel();
  return !deadline.signal.aborted;
}

async function stopOne(
  logger: Logger,
  part: { readonly name: string; readonly stop: Stop },
  deadline: AbortSignal,
): Promise<void> {
  try {
    await part.stop(deadline);
  } catch (error) {
    logger.error('could not be stopped', { name: part.name, error });
  }
}
