import type { ServerTime } from '#core/ports/kube/server-time.ts';
import type { Clock } from '#core/ports/time.ts';

/** A clock that tells the server's time and measures delays by ours. */
export function createServerClock(local: Clock, server: ServerTime): Clock {
  return {
    now: () => server.now(),
    after: (delayMs, callback) => local.after(delayMs, callback),
  };
}
