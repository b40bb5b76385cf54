import type { KubeName } from '#core/ports/kube/kube-api.ts';
import type { ObjectEvent } from '#core/ports/object-api.ts';
import type { Instant } from '#core/ports/time.ts';
import { createRecentMap } from '#platform/state/recent-map.ts';

/** An event that comes again within this time is counted on the one that is there. */
const seriesMs = 6 * 60_000;
/** The count is written at most this often; what comes between is counted and told with the next one. */
const countEveryMs = 60_000;
/** Of one object so many new events at once, and then one in each while. */
const burst = 20;
const refillMs = 30_000;
/** Bounds the memory; who was not heard of for longest is forgotten, which at worst lets an event through. */
const mostRemembered = 2_000;

/** What is to be done about an event. */
export type EventDecision =
  | { readonly kind: 'create' }
  | { readonly kind: 'count'; readonly target: KubeName; readonly count: number }
  | { readonly kind: 'skip' };

interface Series {
  readonly target: KubeName;
  readonly count: number;
  readonly lastAt: Instant;
  readonly writtenAt: Instant;
}

interface Budget {
  readonly left: number;
  readonly at: Instant;
}

/** Remembers which events were recorded lately. */
export interface EventMemory {
  decide(event: ObjectEvent, now: Instant): EventDecision;
  /** The event was created under this name. */
  created(event: ObjectEvent, target: KubeName, now: Instant): void;
  /** The event could not be written: the next one begins anew. */
  forget(event: ObjectEvent): void;
}

export function createEventMemory(): EventMemory {
  const series = createRecentMap<Series>(mostRemembered);
  const budgets = createRecentMap<Budget>(mostRemembered);

  function count(key: string, before: Series, now: Instant): EventDecision {
    const isDue = now - before.writtenAt >= countEveryMs;
    const next = { ...before, count: before.count + 1, lastAt: now };
    series.set(key, isDue ? { ...next, writtenAt: now } : next);
    return isDue ? { kind: 'count', target: next.target, count: next.count } : { kind: 'skip' };
  }

  function spend(key: string, now: Instant): EventDecision {
    const before = budgets.get(key) ?? { left: burst, at: now };
    const left = Math.min(burst, before.left + Math.max(0, now - before.at) / refillMs);
    budgets.set(key, { left: left < 1 ? left : left - 1, at: now });
    return { kind: left < 1 ? 'skip' : 'create' };
  }

  return {
    decide(event, now): EventDecision {
      const key = renderKey(event);
      const before = series.get(key);
      const isSeries = before !== undefined && Math.abs(now - before.lastAt) < seriesMs;
      return isSeries ? count(key, before, now) : spend(renderObject(event), now);
    },
    created: (event, target, now) =>
      series.set(renderKey(event), { target, count: 1, lastAt: now, writtenAt: now }),
    forget: (event) => {
      series.delete(renderKey(event));
    },
  };
}

function renderKey(event: ObjectEvent): string {
  return [renderObject(event), event.type, event.reason, event.message].join('\n');
}

function renderObject({ about: { kind, namespace, name } }: ObjectEvent): string {
  return `${kind}/${namespace}/${name}`;
}
