import type { ObjectRef } from '#core/api/object.ts';
import type { ObjectEvent } from '#core/ports/object-api.ts';
import type { Verdict } from '#core/ports/outcome.ts';
import type { Clock } from '#core/ports/time.ts';
import type { LogFields, Logger } from '#platform/log/logger.ts';
import { createEventLimit } from './event-limit.ts';
import type { Attempt } from './attempt.ts';

export interface AnnounceParts {
  readonly clock: Clock;
  readonly logger: Logger;
  recordEvent(event: ObjectEvent): Promise<void>;
}

/** What there is to tell about one attempt. */
export interface Announcement {
  readonly ref: ObjectRef;
  readonly attempt: Attempt;
  readonly verdict: Verdict;
  readonly fields: LogFields;
}

export interface Announcer {
  /** One log line and one event for each change; nothing for a pass that changed nothing. */
  announce(announcement: Announcement): Promise<void>;
  forget(key: string): void;
}

/** Tells people what became of objects. A failure is told when it begins, changes and ends, not at each try. */
export function createAnnouncer(parts: AnnounceParts): Announcer {
  const limit = createEventLimit(parts.clock);
  /** By object, only while it fails. */
  const failing = new Map<string, string>();

  function isNews(key: string, { attempt, verdict }: Announcement): boolean {
    const before = failing.get(key);
    if (isWell(verdict)) {
      failing.delete(key);
      return before !== undefined || isChange(attempt);
    }
    const now = `${verdict.reason}: ${verdict.message}`;
    failing.set(key, now);
    return before !== now;
  }

  async function announce(announcement: Announcement): Promise<void> {
    const { ref, verdict } = announcement;
    if (!isNews(`${ref.namespace}/${ref.name}`, announcement)) return;
    writeLine(parts.logger, announcement);
    const type = isFault(announcement.attempt) ? 'Warning' : 'Normal';
    const { reason, message } = verdict;
    const event = limit.admit({ about: ref, type, reason, message });
    if (event !== null) await record(event, announcement.fields);
  }

  /** An event is a courtesy: its loss must not fail the work it tells of. */
  async function record(event: ObjectEvent, fields: LogFields): Promise<void> {
    try {
      await parts.recordEvent(event);
    } catch (error) {
      parts.logger.debug('an event could not be recorded', { ...fields, error });
    }
  }

  return { announce, forget: (key) => failing.delete(key) };
}

function isWell(verdict: Verdict): boolean {
  return verdict.ready === 'True';
}

function isFault(attempt: Attempt): boolean {
  return attempt.kind === 'failed' || attempt.outcome.kind === 'refused';
}

function isChange(attempt: Attempt): boolean {
  return attempt.kind === 'ended' && 'note' in attempt.outcome && attempt.outcome.note.changed;
}

function writeLine(logger: Logger, { attempt, verdict, fields }: Announcement): void {
  const { reason, message: detail } = verdict;
  if (attempt.kind === 'failed') {
    const level = attempt.error.kind === 'bug' ? 'error' : 'warn';
    logger[level]('reconcile failed', { ...fields, reason, error: attempt.error });
  } else if (isFault(attempt)) {
    logger.warn('reconcile refused', { ...fields, reason, detail });
  } else {
    logger.info('reconciled', { ...fields, reason, detail });
  }
}
