import { createError, isMayflyError, type MayflyError } from '#core/errors/mayfly-error.ts';
import { decideBackoffMs } from '#platform/reconcile/backoff.ts';
import { wait } from '#platform/time/wait.ts';
import { withDeadline } from '#platform/time/with-deadline.ts';
import { tell, type CiWorld } from '../ci-world.ts';

/** How long a job waits for a server that may come back. */
const patienceMs = 120_000;
const backoff = { firstMs: 500, longestMs: 10_000, longestAskedMs: 60_000 };

/** The first time it says how long that may go on. */
function renderPause({ message }: MayflyError, count: number, delayMs: number): string {
  const patience = count === 1 ? `, for ${patienceMs / 60_000} minutes at most` : '';
  return `${message}; trying again in ${Math.ceil(delayMs / 1000)} s${patience}`;
}

/**
 * Does what may fail and heal, again and again, with pauses that grow, have jitter and honour `Retry-After`; for two
 * minutes, then the last failure is thrown. What cannot heal by itself is thrown at once.
 */
export async function tryAgain<T>(
  world: CiWorld,
  signal: AbortSignal,
  attempt: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const { clock, random } = world;
  let last: MayflyError | null = null;
  function reason(): Error {
    return last ?? createError('MAYFLY_CI_UNAVAILABLE', { server: 'nobody', reason: 'too slow' });
  }
  return await withDeadline({ clock, ms: patienceMs, signal, reason }, async (ending) => {
    for (let count = 1; ; count += 1) {
      try {
        return await attempt(ending);
      } catch (error) {
        ending.throwIfAborted();
        if (!isMayflyError(error) || error.retry === 'never') throw error;
        last = error;
        const failure = { count, askedMs: error.retryAfterMs };
        const delayMs = decideBackoffMs(backoff, failure, random);
        tell(world, renderPause(error, count, delayMs));
        await wait(clock, delayMs, ending);
      }
    }
  });
}
