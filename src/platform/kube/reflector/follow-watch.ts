import { createError } from '#core/errors/mayfly-error.ts';
import type { KubeApi, KubeQuery, KubeWatchEvent } from '#core/ports/kube/kube-api.ts';
import type { Clock, Random } from '#core/ports/time.ts';
import { withDeadline } from '#platform/time/with-deadline.ts';

export interface WatchAsked {
  readonly api: Pick<KubeApi, 'watch'>;
  readonly clock: Clock;
  readonly random: Random;
  readonly query: KubeQuery;
  readonly resourceVersion: string;
  readonly signal: AbortSignal;
  /** The server has accepted the watch. */
  onOpen(): void;
  /** The connection has shown that it works: something came over it, or it was open for some time. */
  onHealthy(): void;
  onEvent(event: KubeWatchEvent): void;
}

/**
 * The server ends each watch after a time of our choice, spread so that not all come back at once. It is short because
 * the server may be silent until then, for up to a minute: silence that is longer is found within a minute.
 */
const shortestWatchSeconds = 40;
const watchSpreadSeconds = 4;
const silenceMs = 50_000;
const healthyAfterMs = 10_000;

/** Hands on the events of one watch until the server ends it in good order; else fails with what ended it. */
export async function followWatch(asked: WatchAsked): Promise<void> {
  const { clock, signal, query } = asked;
  const cancels: (() => void)[] = [];
  const limit = { clock, signal, ms: silenceMs, reason: () => silent(query) };
  try {
    await withDeadline(limit, async (own, heard) => {
      function onOpen(): void {
        heard();
        cancels.push(clock.after(healthyAfterMs, () => asked.onHealthy()));
        asked.onOpen();
      }
      for await (const event of openWatch(asked, own, onOpen)) {
        if (own.aborted) return;
        heard();
        asked.onHealthy();
        asked.onEvent(event);
      }
    });
  } finally {
    for (const cancel of cancels) cancel();
  }
}

function silent({ resource }: KubeQuery): Error {
  const what = `watch ${resource.plural}`;
  return createError('MAYFLY_KUBE_UNAVAILABLE', { what, reason: 'it fell silent' });
}

function openWatch(
  { api, query, resourceVersion, random }: WatchAsked,
  signal: AbortSignal,
  onOpen: () => void,
): AsyncIterable<KubeWatchEvent> {
  const spread = Math.floor(watchSpreadSeconds * random.fraction());
  const timeoutSeconds = shortestWatchSeconds + spread;
  return api.watch({ ...query, resourceVersion, timeoutSeconds }, { signal, onOpen });
}
