import type { Outcome } from '#core/ports/outcome.ts';
import type { Clock } from '#core/ports/time.ts';
import type { Logger } from '#platform/log/logger.ts';
import { untilAborted } from '#platform/time/until-aborted.ts';

export interface ExpiryParts {
  readonly clock: Clock;
  readonly logger: Logger;
  /** One sweep; says when the next is due. */
  readonly sweep: (signal: AbortSignal) => Promise<Outcome>;
}

const afterFailureMs = 5_000;

/** Sweeps again and again until the signal ends it. A failed sweep is told and tried again. */
export async function runExpiry(parts: ExpiryParts, signal: AbortSignal): Promise<void> {
  const stopped = untilAborted(signal);
  let told = '';
  while (!signal.aborted) {
    const swept = await sweepOnce(parts, signal);
    if (swept.fault !== told && swept.fault !== '') {
      parts.logger.warn('overdue secrets could not be deleted', { detail: swept.fault });
    }
    told = swept.fault;
    await Promise.race([pause(parts.clock, swept.afterMs), stopped]);
  }
}

interface Swept {
  readonly afterMs: number;
  /** Empty when it went well. */
  readonly fault: string;
}

async function sweepOnce(parts: ExpiryParts, signal: AbortSignal): Promise<Swept> {
  try {
    const outcome = await parts.sweep(signal);
    const afterMs = 'afterMs' in outcome ? (outcome.afterMs ?? afterFailureMs) : afterFailureMs;
    return { afterMs, fault: outcome.kind === 'refused' ? outcome.message : '' };
  } catch (error) {
    if (!signal.aborted) parts.logger.error('a sweep failed', { error });
    return { afterMs: afterFailureMs, fault: '' };
  }
}

async function pause(clock: Clock, delayMs: number): Promise<void> {
  await new Promise<void>((resolve) => {
    clock.after(delayMs, resolve);
  });
}
