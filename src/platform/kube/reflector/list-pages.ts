import { scheduler } from 'node:timers/promises';
import { createError, isMayflyError } from '#core/errors/mayfly-error.ts';
import type { KubeApi, KubeObject, KubePage, KubeQuery } from '#core/ports/kube/kube-api.ts';
import type { Clock } from '#core/ports/time.ts';
import { withDeadline } from '#platform/time/with-deadline.ts';

export interface ListAsked {
  readonly api: Pick<KubeApi, 'list'>;
  readonly clock: Clock;
  readonly query: KubeQuery;
  readonly maxObjects: number;
  readonly signal: AbortSignal;
  /** Called with the objects of a page a few at a time, so that nothing else waits for long. */
  onPage(objects: readonly KubeObject[]): void;
}

const pageSize = 500;
const objectsAtOnce = 50;
const smallerBy = 5;
const pageDeadlineMs = 60_000;

/** Reads a list page by page and answers its version. `MAYFLY_KUBE_TOO_MANY` as soon as that is known. */
export async function listPages(asked: ListAsked): Promise<string> {
  const { query, maxObjects } = asked;
  let count = 0;
  let from: PageStart = { limit: pageSize };
  for (;;) {
    const page: KubePage | null = await readPage(asked, from);
    if (page === null) {
      from = { ...from, limit: Math.ceil(from.limit / smallerBy) };
      continue;
    }
    // An empty page counts too: a server that never comes to the last one must not hold us.
    count += page.next === undefined ? page.items.length : Math.max(1, page.items.length);
    if (count > maxObjects) throw tooMany(query, maxObjects);
    await takeIn(asked, page.items);
    if (page.next === undefined) return page.resourceVersion;
    from = { ...from, next: page.next };
  }
}

async function takeIn(asked: ListAsked, objects: readonly KubeObject[]): Promise<void> {
  for (let from = 0; from < objects.length || from === 0; from += objectsAtOnce) {
    if (from > 0) await scheduler.yield();
    asked.signal.throwIfAborted();
    asked.onPage(objects.slice(from, from + objectsAtOnce));
  }
}

interface PageStart {
  readonly limit: number;
  readonly next?: string;
}

/** Null when the page is larger than an answer may be, and a smaller one can be asked for. */
async function readPage(
  { api, clock, query, signal }: ListAsked,
  from: PageStart,
): Promise<KubePage | null> {
  const what = `list ${query.resource.plural}`;
  const reason = createError('MAYFLY_KUBE_UNAVAILABLE', { what, reason: 'no page in time' });
  try {
    const deadline = { clock, signal, ms: pageDeadlineMs, reason: () => reason };
    return await withDeadline(deadline, async (own) => {
      const page = await api.list(query, { signal: own, ...from });
      own.throwIfAborted();
      return page;
    });
  } catch (error) {
    const isLarge = isMayflyError(error) && error.code === 'MAYFLY_KUBE_TOO_LARGE';
    if (isLarge && from.limit > 1) return null;
    throw error;
  }
}

export function tooMany({ resource }: KubeQuery, limit: number): Error {
  return createError('MAYFLY_KUBE_TOO_MANY', { plural: resource.plural, limit });
}
