import { createError, isMayflyError, type MayflyError } from '#core/errors/mayfly-error.ts';
import { decideBackoffMs } from '#platform/reconcile/backoff.ts';
import { wait } from '#platform/time/wait.ts';
import { withDeadline } from '#platform/time/with-deadline.ts';
import type { AgentParts } from '../agent-parts.ts';
import { heldOf } from './held-of.ts';
import type { StoreKeeper } from './store-keeper.ts';

const firstBackoffMs = 500;
const longestBackoffMs = 10_000;

/**
 * Reads everything for the first time and writes it. What may heal is tried again until the deadline of the plan is
 * over; then the last failure is thrown. What cannot heal by itself is thrown at once.
 */
export async function fetchFirst(parts: AgentParts, stopping: AbortSignal): Promise<void> {
  const { clock, plan, keepers } = parts;
  const failed = new AbortController();
  let last: MayflyError | null = null;
  function reason(): Error {
    const stores = keepers.map(({ store }) => store).join(', ');
    const seconds = plan.deadlineMs / 1000;
    return last ?? createError('MAYFLY_AGENT_DEADLINE', { stores, seconds });
  }
  const signal = AbortSignal.any([stopping, failed.signal]);
  await withDeadline({ clock, ms: plan.deadlineMs, signal, reason }, async (ending) => {
    const attempt = { onFailure: (error: MayflyError) => (last = error), ending };
    try {
      await Promise.all(keepers.map(async (keeper) => await fetchStore(parts, keeper, attempt)));
    } catch (error) {
      failed.abort(error);
      throw error;
    }
  });
  await parts.publisher.publish(heldOf(keepers));
}

interface Attempt {
  readonly ending: AbortSignal;
  onFailure(error: MayflyError): void;
}

async function fetchStore(
  { clock, plan, random, logger }: AgentParts,
  keeper: StoreKeeper,
  attempt: Attempt,
): Promise<void> {
  const { ending } = attempt;
  const backoff = {
    firstMs: firstBackoffMs,
    longestMs: longestBackoffMs,
    longestAskedMs: plan.deadlineMs,
  };
  for (let count = 1; ; count += 1) {
    try {
      await keeper.fetch(ending);
      return;
    } catch (error) {
      ending.throwIfAborted();
      if (!isMayflyError(error) || error.retry === 'never') throw error;
      attempt.onFailure(error);
      logger.warn('not everything could be read: trying again', { store: keeper.store, error });
      const failure = { count, askedMs: error.retryAfterMs };
      await wait(clock, decideBackoffMs(backoff, failure, random), ending);
    }
  }
}
