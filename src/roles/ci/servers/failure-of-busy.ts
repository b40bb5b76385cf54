import { createError, type MayflyError } from '#core/errors/mayfly-error.ts';
import type { Clock } from '#core/ports/time.ts';
import type { HttpsAnswer } from '#platform/https/send-https.ts';
import { parseRetryAfter } from '#platform/time/parse-retry-after.ts';

/** The failure of a server that is busy or broken; null for every other status. */
export function failureOfBusy(
  server: string,
  { status, retryAfter, body }: HttpsAnswer,
  clock: Clock,
): MayflyError | null {
  const retryAfterMs = parseRetryAfter(retryAfter, clock.now());
  const options = { status, ...(retryAfterMs === undefined ? {} : { retryAfterMs }) };
  if (status === 429) return createError('MAYFLY_CI_THROTTLED', { server }, options);
  if (status < 500) return null;
  const reason = [`status ${status}`, parseErrorCode(body)]
    .filter((word) => word !== null)
    .join(' ');
  return createError('MAYFLY_CI_UNAVAILABLE', { server, reason }, options);
}

const code = /"(MAYFLY_[A-Z0-9_]{1,60})"/gu;

/** The code of an error of Mayfly's in an answer, which says more than a status; null where there is none. */
export function parseErrorCode(body: Buffer): string | null {
  return [...body.toString('latin1').matchAll(code)][0]?.[1] ?? null;
}
