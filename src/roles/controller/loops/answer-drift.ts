import { formatRef, type ObjectRef } from '#core/api/object.ts';
import { decideFight, type FightRecord } from '#core/drift/decide-fight.ts';
import { createError } from '#core/errors/mayfly-error.ts';
import type { ObjectApi } from '#core/ports/object-api.ts';
import type { ForeignChange, OnForeignChange } from '#core/ports/secret-sink.ts';
import type { Clock } from '#core/ports/time.ts';
import type { Logger } from '#platform/log/logger.ts';
import type { Metrics } from '#platform/metrics/create-metrics.ts';
import { createRecentMap } from '#platform/state/recent-map.ts';

export interface DriftAnswerParts {
  readonly clock: Clock;
  readonly logger: Logger;
  readonly metrics: Pick<Metrics, 'countDriftRepair'>;
  readonly objects: Pick<ObjectApi, 'recordEvent'>;
  /** Has the owner looked at after a time, in milliseconds; 0 is at once. */
  repair(owner: ObjectRef, delayMs: number): void;
}

/** Bounds the memory; the oldest are forgotten first, and their fights begin anew. */
const mostRemembered = 10_000;

/**
 * Has drift repaired: at once, or later and later where somebody changes the same Secret again and again, which an event
 * then tells.
 */
export function createDriftAnswer(parts: DriftAnswerParts): OnForeignChange {
  const fights = createRecentMap<FightRecord>(mostRemembered);
  return ({ kind, namespace, name }, change) => {
    const owner = { kind, namespace, name };
    const key = formatRef({ namespace, name: change.name });
    const { record, delayMs } = decideFight(fights.get(key) ?? null, parts.clock.now());
    fights.set(key, record);
    const detail = `${change.name} by ${change.manager ?? 'somebody'}`;
    parts.logger.info('a secret was changed by somebody else', { namespace, name, detail });
    parts.metrics.countDriftRepair();
    parts.repair(owner, delayMs);
    if (delayMs > 0) void tellFight(parts, { owner, change, delayMs });
  };
}

interface Fight {
  readonly owner: ObjectRef;
  readonly change: ForeignChange;
  readonly delayMs: number;
}

async function tellFight(
  { objects, logger }: DriftAnswerParts,
  { owner, change, delayMs }: Fight,
): Promise<void> {
  const { message } = createError('MAYFLY_SINK_CONTESTED', {
    manager: change.manager ?? 'somebody',
    namespace: owner.namespace,
    name: change.name,
    seconds: delayMs / 1_000,
  });
  try {
    await objects.recordEvent({ about: owner, type: 'Warning', reason: 'Contested', message });
  } catch (error) {
    const { namespace, name } = owner;
    logger.debug('an event could not be recorded', { namespace, name, error });
  }
}
