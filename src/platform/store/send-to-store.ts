import { createError, type MayflyError } from '#core/errors/mayfly-error.ts';
import type { Clock } from '#core/ports/time.ts';
import type { HttpsEndpoint, HttpsFailure } from '#platform/https/https-endpoint.ts';
import { createHttpsSender, type SendHttps } from '#platform/https/send-https.ts';

/** Where a store is, how it proves itself, and what is taken from it. */
export interface StoreEndpoint extends Omit<HttpsEndpoint, 'failureOf'> {
  /** As messages name it. */
  readonly store: string;
}

/**
 * Sends requests to a store. Throws `MAYFLY_STORE_UNAVAILABLE`, `MAYFLY_STORE_HOST_UNRESOLVED`,
 * `MAYFLY_STORE_CERTIFICATE`, `MAYFLY_STORE_CERTIFICATE_NAME`, `MAYFLY_STORE_CA_INVALID`, `MAYFLY_STORE_REDIRECT`,
 * `MAYFLY_STORE_TOO_LARGE` and what `checkAddress` does.
 */
export function createStoreSender(endpoint: StoreEndpoint, clock: Clock): SendHttps {
  const { store } = endpoint;
  const failureOf: HttpsEndpoint['failureOf'] = (failure, cause) =>
    failureOfStore(store, failure, cause);
  return createHttpsSender({ ...endpoint, failureOf }, clock);
}

function failureOfStore(store: string, failure: HttpsFailure, cause: unknown): MayflyError {
  const options = { cause };
  switch (failure.kind) {
    case 'unavailable':
      return createError('MAYFLY_STORE_UNAVAILABLE', { store, reason: failure.reason }, options);
    case 'unresolved':
      return createError('MAYFLY_STORE_HOST_UNRESOLVED', { store, host: failure.host }, options);
    case 'untrusted':
      return createError('MAYFLY_STORE_CERTIFICATE', { store }, options);
    case 'misnamed':
      return createError('MAYFLY_STORE_CERTIFICATE_NAME', { store, name: failure.name }, options);
    case 'no-ca':
      return createError('MAYFLY_STORE_CA_INVALID', { store });
    case 'redirected':
      return createError('MAYFLY_STORE_REDIRECT', { store });
    case 'too-large':
      return createError('MAYFLY_STORE_TOO_LARGE', { store, limit: failure.limit });
  }
}
