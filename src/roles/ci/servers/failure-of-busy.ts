import { createError, type MayflyError } from '#core/errors/mayfly-error.ts';
import type { Clock } from '#core/ports/time.ts';
import type { HttpsAnswer } from '#platform/https/send-https.ts';
import { parseRetryAfter } from '#platform/time/parse-retry-after.ts';

/** The failure of a server that is busy or broken; null for every other status. */
export function failureOfBusy(
  server: string,
  { status, retryAfter }: HttpsAnswer,
  clock: Clock,
): MayflyError | null {
  const retryAfterMs = parseRetryAfter(retryAfter, clock.now());
  const options = { status, ...(retryAfterMs === undefined ? {} : { retryAfterMs }) };
  if (status === 429) return createError('MAYFLY_CI_THROTTLED', { server }, options);
  if (status < 500) return null;
  return createError('MAYFLY_CI_UNAVAILABLE', { server, reason: `status ${status}` }, options);
}
