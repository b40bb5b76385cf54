import type { ObjectMeta, ObjectRef } from '#core/api/object.ts';
import { createError } from '#core/errors/mayfly-error.ts';
import type { Outcome } from '#core/ports/outcome.ts';
import type { Clock } from '#core/ports/time.ts';
import { nameFailure, type Attempt } from './attempt.ts';

export interface ReconcileContext {
  /** Aborts at the deadline of this reconcile and when the program stops; its reason is a `MayflyError`. */
  readonly signal: AbortSignal;
  /** Names this run in log lines. */
  readonly id: string;
  /** Tells what the object is like that is looked at, so that its status can say so, also after a failure. */
  observe(seen: ObservedMeta): void;
}

/** What a status repeats of the object it was decided on. */
export type ObservedMeta = Pick<ObjectMeta, 'generation' | 'annotations'>;

/** Brings one object one step on. */
export type Reconcile = (ref: ObjectRef, context: ReconcileContext) => Promise<Outcome>;

export interface AttemptOptions {
  readonly controller: string;
  readonly timeoutMs: number;
  readonly reconcile: Reconcile;
}

export interface AttemptRun {
  readonly attempt: Attempt;
  /** Absent when the reconcile did not get so far. */
  readonly observed: ObservedMeta | undefined;
  readonly durationMs: number;
}

interface AttemptParts {
  readonly clock: Clock;
  readonly id: string;
  /** Aborts when the program will wait no longer. */
  readonly stop: AbortSignal;
}

/**
 * Runs a reconcile under its deadline and contains whatever it throws. Waits for its end even after the abort:
 * two runs for one object at once would be worse than a late one.
 */
export async function runAttempt(
  ref: ObjectRef,
  options: AttemptOptions,
  parts: AttemptParts,
): Promise<AttemptRun> {
  const { controller, timeoutMs } = options;
  const deadline = new AbortController();
  const signal = AbortSignal.any([deadline.signal, parts.stop]);
  const cancelDeadline = parts.clock.after(timeoutMs, () => {
    const seconds = Math.round(timeoutMs / 1000);
    deadline.abort(createError('MAYFLY_RECONCILE_TIMEOUT', { controller, seconds }));
  });
  const start = parts.clock.now();
  let observed: ObservedMeta | undefined;
  function observe(seen: ObservedMeta): void {
    observed = seen;
  }
  const attempt = await contain(
    () => options.reconcile(ref, { signal, id: parts.id, observe }),
    (error) => nameFailure(error, signal, `the ${controller} controller`),
  );
  cancelDeadline();
  return { attempt, observed, durationMs: Math.max(0, parts.clock.now() - start) };
}

async function contain(
  reconcile: () => Promise<Outcome>,
  name: (error: unknown) => Extract<Attempt, { kind: 'failed' }>['error'],
): Promise<Attempt> {
  try {
    return { kind: 'ended', outcome: await reconcile() };
  } catch (error) {
    return { kind: 'failed', error: name(error) };
  }
}
