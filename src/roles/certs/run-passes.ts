import { createError, isMayflyError, type MayflyError } from '#core/errors/mayfly-error.ts';
import type { Clock, Instant, Random } from '#core/ports/time.ts';
import type { Logger } from '#platform/log/logger.ts';
import { decideBackoffMs } from '#platform/reconcile/backoff.ts';
import { withDeadline } from '#platform/time/with-deadline.ts';
import type { Alarm } from './alarm.ts';
import type { CertsPass, PassResult } from './compose.ts';

export interface PassesParts {
  readonly pass: CertsPass;
  /** The clock that `nextAt` is told by. */
  readonly now: () => Instant;
  readonly clock: Clock;
  readonly random: Random;
  readonly logger: Logger;
  readonly alarm: Alarm;
  readonly onTold: (told: PassResult | null) => void;
}

const passMs = 60_000;
/** What changes without anybody seeing it, such as a clock or a right, is found by then. */
const longestRestMs = 600_000;
const restWithProblemsMs = 60_000;
/** However often somebody else writes. */
const shortestRestMs = 1000;
const backoff = { firstMs: 1000, longestMs: 60_000, longestAskedMs: 600_000 };

/** One pass after the other until the signal ends it: when one is due, when the alarm rings, and again after a failure. */
export async function runPasses(parts: PassesParts, signal: AbortSignal): Promise<void> {
  const { clock, random, logger, alarm, onTold } = parts;
  let failures = 0;
  let toldBefore = '';
  while (!signal.aborted) {
    try {
      const told = await passInTime(parts, signal);
      failures = 0;
      toldBefore = tellProblems(logger, told.problems, toldBefore);
      onTold(told);
      await alarm.wait(
        { clock, ms: decideRestMs(told, parts.now()), leastMs: shortestRestMs },
        signal,
      );
    } catch (error) {
      if (signal.aborted) return;
      failures += 1;
      onTold(null);
      logger.warn('certificates could not be looked after', { error, count: failures });
      const askedMs = isMayflyError(error) ? error.retryAfterMs : undefined;
      const ms = decideBackoffMs(backoff, { count: failures, askedMs }, random);
      await alarm.wait({ clock, ms, leastMs: ms }, signal);
    }
  }
}

async function passInTime({ pass, clock }: PassesParts, signal: AbortSignal): Promise<PassResult> {
  function reason(): Error {
    return createError('MAYFLY_RECONCILE_TIMEOUT', { controller: 'certs', seconds: passMs / 1000 });
  }
  return await withDeadline({ clock, ms: passMs, signal, reason }, pass);
}

function decideRestMs({ nextAt, problems }: PassResult, now: Instant): number {
  const longest = problems.length === 0 ? longestRestMs : restWithProblemsMs;
  return Math.min(nextAt - now, longest);
}

/** Each once for as long as it lasts. */
function tellProblems(
  logger: Logger,
  problems: readonly MayflyError[],
  toldBefore: string,
): string {
  const text = problems.map(({ message }) => message).join('\n');
  if (text === toldBefore) return text;
  for (const error of problems) logger.warn('something is wrong with certificates', { error });
  if (problems.length === 0) logger.info('nothing is wrong with certificates any more');
  return text;
}
