import type { AgentPlan } from '#core/injection/agent-plan.ts';
import type { Clock, Instant } from '#core/ports/time.ts';
import type { Logger } from '#platform/log/logger.ts';
import { describeTrouble, writeHealth } from './health.ts';

interface TroubleParts {
  readonly plan: AgentPlan;
  readonly logger: Logger;
  readonly clock: Clock;
}

/** What could not be brought up to date, since when. */
export interface Troubles {
  has(what: string): boolean;
  /** Nothing, or the failure that there is with it now. */
  note(what: string, failure: unknown): void;
}

interface Known {
  readonly since: Instant;
  readonly failure: unknown;
}

/** Says so in the log when a trouble begins and when it is over, and at each change for the probe. */
export function openTroubles({ plan, logger, clock }: TroubleParts): Troubles {
  const known = new Map<string, Known>();

  function write(): void {
    const troubles = [...known].map(([what, { since, failure }]) =>
      describeTrouble(what, since, failure),
    );
    try {
      writeHealth(plan, { troubles });
    } catch (error) {
      logger.error('the health could not be written', { error });
    }
  }

  function note(what: string, failure: unknown): void {
    const before = known.get(what);
    if (failure === undefined) {
      if (!known.delete(what)) return;
      logger.info('up to date again', { store: what });
    } else {
      known.set(what, { since: before?.since ?? clock.now(), failure });
      const fields = { store: what, error: failure };
      if (before === undefined) logger.warn('what was read before is kept', fields);
      else logger.debug('what was read before is still kept', fields);
    }
    write();
  }

  write();
  return { has: (what) => known.has(what), note };
}
