import type { Caller } from '#core/broker/asked.ts';
import { createError } from '#core/errors/mayfly-error.ts';
import type { Clock } from '#core/ports/time.ts';
import { createBuckets, type BucketOptions } from '#platform/http/token-bucket.ts';

export interface ThrottleOptions {
  readonly perIssuer: BucketOptions;
  readonly perSubject: BucketOptions;
}

const [countedIssuers, countedSubjects] = [1_000, 50_000];

/** Lets callers through at the rate of their issuer and their subject. Throws `MAYFLY_BROKER_THROTTLED`. */
export function createThrottle(
  clock: Clock,
  { perIssuer, perSubject }: ThrottleOptions,
): (caller: Caller) => void {
  const issuers = createBuckets(clock, { ...perIssuer, keys: countedIssuers });
  const subjects = createBuckets(clock, { ...perSubject, keys: countedSubjects });
  return ({ identity: { issuer, subject } }) => {
    check('subject', subjects.take(`${issuer} ${subject}`));
    check('issuer', issuers.take(issuer));
  };
}

function check(what: string, waitSeconds: number): void {
  if (waitSeconds === 0) return;
  throw createError('MAYFLY_BROKER_THROTTLED', { what }, { retryAfterMs: waitSeconds * 1000 });
}
