import type { BrokerParts } from '#core/broker/broker-parts.ts';
import { endEverything, endOverdue } from '#core/broker/leases/end-leases.ts';
import { createError, type MayflyError } from '#core/errors/mayfly-error.ts';
import type { Clock } from '#core/ports/time.ts';
import type { Lifecycle } from '#platform/lifecycle/create-lifecycle.ts';
import { startRunning } from '#platform/lifecycle/start-running.ts';
import type { Logger } from '#platform/log/logger.ts';
import { wait } from '#platform/time/wait.ts';
import { withDeadline } from '#platform/time/with-deadline.ts';

export interface RoundsTools {
  readonly lifecycle: Pick<Lifecycle, 'started'>;
  readonly logger: Logger;
  readonly clock: Clock;
}

const endEveryMs = 1_000;
const headEveryMs = 60_000;
/** For all that leases hold at the end of the process: then the log still has time to say what was not taken. */
const lastMs = 4_000;

/**
 * What is done again and again: leases are ended, and the log says where the chain of the audit log ends. At the end of
 * the process everything that leases hold at stores is given back.
 */
export function startRounds(
  parts: Pick<BrokerParts, 'leases' | 'audit' | 'random' | 'clock'>,
  { lifecycle, logger, clock }: RoundsTools,
): void {
  function tellHead(): void {
    logger.info('audit head', { ...parts.audit.head() });
  }
  async function orTell(ending: Promise<void>): Promise<void> {
    await ending.catch((error: unknown) => {
      logger.error('the end of a lease could not be recorded', { error });
    });
  }
  lifecycle.started('leases', async (deadline) => {
    const last = { clock, ms: lastMs, signal: deadline, reason: () => tooLate(lastMs) };
    await withDeadline(last, async (signal) => await orTell(endEverything(parts, signal)));
    tellHead();
  });
  startRunning(lifecycle, 'rounds', async (signal) => {
    const under = new Set<Promise<void>>();
    // Not waited for: a store that is slow holds up no lease of another one.
    function beginRound(): void {
      const round = orTell(endOverdue(parts, signal)).finally(() => under.delete(round));
      under.add(round);
    }
    await Promise.all([
      repeat(async () => await wait(clock, endEveryMs, signal), beginRound),
      repeat(async () => await wait(clock, headEveryMs, signal), tellHead),
    ]);
    await Promise.all(under);
  });
}

function tooLate(limit: number): MayflyError {
  return createError('MAYFLY_BROKER_DEADLINE', { limit });
}

async function repeat(pause: () => Promise<void>, work: () => void): Promise<void> {
  for (;;) {
    try {
      await pause();
    } catch {
      return;
    }
    work();
  }
}
