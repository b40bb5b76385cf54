import { createError } from '#core/errors/mayfly-error.ts';
import type { KubeApi, KubeObject, KubePage, KubeQuery } from '#core/ports/kube-api.ts';
import type { Clock } from '#core/ports/time.ts';
import { withDeadline } from '#platform/time/with-deadline.ts';

export interface ListAsked {
  readonly api: Pick<KubeApi, 'list'>;
  readonly clock: Clock;
  readonly query: KubeQuery;
  readonly maxObjects: number;
  readonly signal: AbortSignal;
  onPage(objects: readonly KubeObject[]): void;
}

const pageSize = 500;
const pageDeadlineMs = 60_000;

/** Reads a list page by page and answers its version. `MAYFLY_KUBE_TOO_MANY` as soon as that is known. */
export async function listPages(asked: ListAsked): Promise<string> {
  const { query, maxObjects, signal } = asked;
  let count = 0;
  let next: string | undefined;
  for (;;) {
    const page = await readPage(asked, next);
    signal.throwIfAborted();
    // An empty page counts too: a server that never comes to the last one must not hold us.
    count += Math.max(1, page.items.length);
    if (count > Math.max(1, maxObjects)) throw tooMany(query, maxObjects);
    asked.onPage(page.items);
    if (page.next === undefined) return page.resourceVersion;
    next = page.next;
  }
}

async function readPage(
  { api, clock, query, signal }: ListAsked,
  next: string | undefined,
): Promise<KubePage> {
  const what = `list ${query.resource.plural}`;
  const reason = createError('MAYFLY_KUBE_UNAVAILABLE', { what, reason: 'no page in time' });
  const from = next === undefined ? {} : { next };
  return await withDeadline({ clock, signal, ms: pageDeadlineMs, reason }, (own) =>
    api.list(query, { signal: own, limit: pageSize, ...from }),
  );
}

export function tooMany({ resource }: KubeQuery, limit: number): Error {
  return createError('MAYFLY_KUBE_TOO_MANY', { plural: resource.plural, limit });
}
