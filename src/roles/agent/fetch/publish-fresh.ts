import { isMayflyError } from '#core/errors/mayfly-error.ts';
import { decideBackoffMs, type BackoffOptions } from '#platform/reconcile/backoff.ts';
import { createSerial } from '#platform/state/serial.ts';
import { wait } from '#platform/time/wait.ts';
import type { AgentParts } from '../agent-parts.ts';
import { removeOldVersions } from '#platform/secret-folder/swap-files.ts';
import type { Troubles } from '../files/troubles.ts';
import { heldOf } from './held-of.ts';

/** What is in trouble when files cannot be written. */
export const filesTrouble = 'files';
/** A reader that has found the old version is through with its name by then. */
const oldVersionMs = 1000;
/** Of retries: the first comes when nobody is on the way to an old version any more. */
const backoff: BackoffOptions = { firstMs: 2 * oldVersionMs, longestMs: 60_000, longestAskedMs: 0 };

/**
 * Writes what is held, one time after the other. What cannot be written is told as a trouble and, where that may heal,
 * tried again by itself: no store has to be asked for that. The version of an agent before this one goes soon.
 */
export function createPublishing(
  parts: AgentParts,
  troubles: Troubles,
  stopping: AbortSignal,
): () => Promise<void> {
  const { clock, random } = parts;
  const serial = createSerial();
  let failures = 0;
  let hasOldVersions = true;
  let isDue = false;

  async function publish(): Promise<void> {
    await serial('files', async () => {
      const failure = await publishFresh(parts, { hasOldVersions }, stopping);
      troubles.note(filesTrouble, failure);
      hasOldVersions = failure !== undefined;
      failures = hasOldVersions ? failures + 1 : 0;
      const mayHeal = isMayflyError(failure) && failure.retry !== 'never';
      if (mayHeal) publishAfter(decideBackoffMs(backoff, { count: failures }, random));
    });
  }

  function publishAfter(ms: number): void {
    if (isDue) return;
    isDue = true;
    clock.after(ms, () => {
      isDue = false;
      // It rejects when it is stopped, and with nothing else.
      if (!stopping.aborted && hasOldVersions) void publish().catch(() => undefined);
    });
  }

  publishAfter(oldVersionMs);
  return publish;
}

/** Returns what failed. Old versions take room that the next one may need. */
async function publishFresh(
  parts: AgentParts,
  { hasOldVersions }: { readonly hasOldVersions: boolean },
  stopping: AbortSignal,
): Promise<unknown> {
  const { publisher, keepers, logger, clock, plan } = parts;
  try {
    if (hasOldVersions && plan.files.length > 0) removeOldVersions(plan.filesPath);
    const published = await publisher.publish(heldOf(keepers));
    if (published === 'nothing') return undefined;
    logger.info('new values written', { reason: published });
    if (plan.onChange.kind === 'restart') {
      logger.info('the containers of the pod are restarted');
      parts.restart();
      return undefined;
    }
    if (published === 'environment') return undefined;
    signalPrograms(parts);
    await wait(clock, oldVersionMs, stopping);
    removeOldVersions(plan.filesPath);
    return undefined;
  } catch (error) {
    stopping.throwIfAborted();
    return error;
  }
}

function signalPrograms(parts: AgentParts): void {
  const { logger } = parts;
  const { onChange } = parts.plan;
  if (onChange.kind !== 'signal') return;
  try {
    const count = parts.signal(onChange.signal);
    logger.info('programs told of new files', { signal: onChange.signal, count });
  } catch (error) {
    logger.error('programs could not be told of new files', { error });
  }
}
