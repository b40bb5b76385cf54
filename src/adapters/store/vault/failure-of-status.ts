import { createError, type MayflyError } from '#core/errors/mayfly-error.ts';
import type { Clock } from '#core/ports/time.ts';
import { parseRetryAfter } from '#platform/time/parse-retry-after.ts';
import type { VaultAnswer } from './vault-options.ts';

interface Asked {
  readonly store: string;
  readonly clock: Clock;
}

/** What a status says whatever was asked; null when that depends on what was asked. Its text is not looked at. */
export function failureOfStatus({ store, clock }: Asked, answer: VaultAnswer): MayflyError | null {
  const { status, retryAfter } = answer;
  if (status >= 200 && status < 300) return null;
  const retryAfterMs = parseRetryAfter(retryAfter, clock.now());
  const options = { status, ...(retryAfterMs !== undefined && { retryAfterMs }) };
  switch (status) {
    case 412:
      return createError('MAYFLY_STORE_BEHIND', { store }, options);
    case 429:
      return createError('MAYFLY_STORE_THROTTLED', { store }, options);
    case 503:
      return createError('MAYFLY_STORE_SEALED', { store }, options);
    default:
      return isOurs(status) ? null : unavailable(store, status, options);
  }
}

/** 472 and 473 are standby nodes that do not answer. */
function isOurs(status: number): boolean {
  return status >= 400 && status < 500 && status !== 408 && status !== 472 && status !== 473;
}

function unavailable(
  store: string,
  status: number,
  options: { readonly status: number; readonly retryAfterMs?: number },
): MayflyError {
  const reason = `status ${status}`;
  return createError('MAYFLY_STORE_UNAVAILABLE', { store, reason }, options);
}

/** Why a path was not read. */
export function failureOfRead(store: string, path: string, { status }: VaultAnswer): MayflyError {
  if (status === 403) return createError('MAYFLY_STORE_DENIED', { store, path }, { status });
  if (status === 404) return createError('MAYFLY_STORE_NOT_FOUND', { store, path }, { status });
  return createError('MAYFLY_STORE_REFUSED', { store, path }, { status });
}
