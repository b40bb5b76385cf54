import type { Random } from '#core/ports/time.ts';
import { decideBackoffMs, type BackoffOptions } from './backoff.ts';
import type { Attempt } from './attempt.ts';
import type { Priority } from './waiting-keys.ts';

export interface RequeueOptions {
  readonly backoff: BackoffOptions;
  /** When an object is looked at again although nothing asked for it, in milliseconds. */
  readonly resyncMs: number;
}

export interface Requeue {
  readonly afterMs: number;
  readonly priority: Priority;
}

/** A lost race is tried again almost at once; when it is lost so often, something else is wrong. */
export const quickConflicts = 5;
const firstConflictMs = 50;

/** When the object is looked at next; null when never. `failures` counts failed attempts in a row, this one included. */
export function decideRequeue(
  attempt: Attempt,
  failures: number,
  options: RequeueOptions & { readonly random: Random },
): Requeue | null {
  if (attempt.kind === 'failed') return requeueFailed(attempt.error, failures, options);
  const { outcome } = attempt;
  switch (outcome.kind) {
    case 'gone':
      return null;
    case 'again':
    case 'waiting':
      return { afterMs: outcome.afterMs, priority: 'soon' };
    case 'refused':
      if (outcome.afterMs === undefined) return resync(options);
      return { afterMs: outcome.afterMs, priority: 'later' };
    case 'done':
      return resync(options);
  }
}

function requeueFailed(
  error: Extract<Attempt, { kind: 'failed' }>['error'],
  failures: number,
  options: RequeueOptions & { readonly random: Random },
): Requeue {
  if (error.retry === 'never') return resync(options);
  const { retryAfterMs: askedMs } = error;
  const isQuick = error.retry === 'soon' && failures <= quickConflicts;
  const backoff = isQuick ? { ...options.backoff, firstMs: firstConflictMs } : options.backoff;
  const afterMs = decideBackoffMs(backoff, { count: failures, askedMs }, options.random);
  return { afterMs, priority: isQuick ? 'soon' : 'later' };
}

/** Spread, so that objects made together are not looked at together for ever. */
function resync(options: RequeueOptions & { readonly random: Random }): Requeue {
  const afterMs = Math.round(options.resyncMs * (0.8 + 0.2 * options.random.fraction()));
  return { afterMs, priority: 'later' };
}
