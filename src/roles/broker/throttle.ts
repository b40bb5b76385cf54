import type { Throttle } from '#core/broker/broker-parts.ts';
import { createError } from '#core/errors/mayfly-error.ts';
import type { Identity } from '#core/identity/identity.ts';
import { readTenant } from '#core/identity/read-tenant.ts';
import type { Clock } from '#core/ports/time.ts';
import { createBuckets, type BucketOptions } from '#platform/http/token-bucket.ts';

export interface ThrottleOptions {
  readonly perIssuer: BucketOptions;
  readonly perTenant: BucketOptions;
  readonly perSubject: BucketOptions;
}

const [countedIssuers, countedTenants, countedSubjects] = [2_000, 50_000, 50_000];
/** Tenants that were given something, the latest ones. */
const knownTenants = 10_000;

/**
 * Lets callers through at the rate of their subject, of their tenant, and of their issuer: the narrowest first, so that
 * who is refused takes nothing from the others. An issuer has its rate twice: for the tenants that were given something
 * since the start, and for all others. Strangers of a shared issuer, however many, so hold up strangers alone.
 */
export function createThrottle(
  clock: Clock,
  { perIssuer, perTenant, perSubject }: ThrottleOptions,
): Throttle {
  const issuers = createBuckets(clock, { ...perIssuer, keys: countedIssuers });
  const tenants = createBuckets(clock, { ...perTenant, keys: countedTenants });
  const subjects = createBuckets(clock, { ...perSubject, keys: countedSubjects });
  const known = new Set<string>();
  return {
    check({ identity }): void {
      const { issuer, subject } = identity;
      const tenant = readTenant(identity);
      check('subject', subjects.take(`${issuer} ${subject}`));
      if (tenant !== null) check('tenant', tenants.take(`${issuer} ${tenant}`));
      const pool = known.has(keyOf(identity)) ? 'known' : 'others';
      check('issuer', issuers.take(`${issuer} ${pool}`));
    },
    welcome({ identity }): void {
      const key = keyOf(identity);
      known.delete(key);
      known.add(key);
      const [oldest] = known;
      if (known.size > knownTenants && oldest !== undefined) known.delete(oldest);
    },
  };
}

/** Where an issuer has no tenants each subject is known by itself. */
function keyOf(identity: Identity): string {
  return JSON.stringify([identity.issuer, readTenant(identity) ?? [identity.subject]]);
}

function check(what: string, waitSeconds: number): void {
  if (waitSeconds === 0) return;
  throw createError('MAYFLY_BROKER_THROTTLED', { what }, { retryAfterMs: waitSeconds * 1000 });
}
