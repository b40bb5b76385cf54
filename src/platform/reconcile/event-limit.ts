import type { ObjectEvent } from '#core/ports/object-api.ts';
import type { Clock, Instant } from '#core/ports/time.ts';
import { createRecentMap } from '#platform/state/recent-map.ts';

/** Of one object and reason at most one event in this time. */
const quietMs = 300_000;
/** Bounds the memory; the oldest are forgotten first, which at worst lets one event through early. */
const mostRemembered = 10_000;

interface Remembered {
  readonly at: Instant;
  readonly heldBack: number;
}

export interface EventLimit {
  /** The event to record now, its message counting those held back before; null to hold it back. */
  admit(event: ObjectEvent): ObjectEvent | null;
}

/** Aggregates repeated events. */
export function createEventLimit(clock: Clock): EventLimit {
  const remembered = createRecentMap<Remembered>(mostRemembered);

  function admit(event: ObjectEvent): ObjectEvent | null {
    const key = renderKey(event);
    const now = clock.now();
    const before = remembered.get(key);
    if (before !== undefined && isQuiet(before.at, now)) {
      remembered.set(key, { at: before.at, heldBack: before.heldBack + 1 });
      return null;
    }
    remembered.set(key, { at: now, heldBack: 0 });
    return countHeldBack(event, before?.heldBack ?? 0);
  }

  return { admit };
}

/** A clock that jumped back must not silence events. */
function isQuiet(at: Instant, now: Instant): boolean {
  return now >= at && now - at < quietMs;
}

function countHeldBack(event: ObjectEvent, heldBack: number): ObjectEvent {
  if (heldBack === 0) return event;
  return { ...event, message: `${event.message} (and ${String(heldBack)} times before)` };
}

function renderKey(event: ObjectEvent): string {
  const { kind, namespace, name } = event.about;
  return [kind, namespace, name, event.type, event.reason].join('/');
}
