import { readErrno } from '#platform/files/system-error.ts';
import { createError, isMayflyError, type MayflyError } from '#core/errors/mayfly-error.ts';

interface NamedStore {
  readonly store: string;
  readonly address: string;
  readonly serverName: string | null;
}

/** What went wrong between here and a store, or while its answer was read. Throws again what is a fault of ours. */
export function failureOfConnection(endpoint: NamedStore, error: unknown): MayflyError {
  const { store } = endpoint;
  if (isMayflyError(error)) return failureOfAnswer(endpoint, error);
  const errno = readErrno(error);
  if (!errnoShape.test(errno)) throw error;
  const options = { cause: error };
  if (errno === 'ERR_TLS_CERT_ALTNAME_INVALID') {
    const name = endpoint.serverName ?? new URL(endpoint.address).hostname;
    return createError('MAYFLY_STORE_CERTIFICATE_NAME', { store, name }, options);
  }
  if (distrust.test(errno)) return createError('MAYFLY_STORE_CERTIFICATE', { store }, options);
  return createError('MAYFLY_STORE_UNAVAILABLE', { store, reason: errno }, options);
}

/** How OpenSSL and Node say that they do not trust a certificate. */
const distrust =
  /^(?:CERT_.*|UNABLE_TO_.*|DEPTH_ZERO_.*|SELF_SIGNED_.*|INVALID_CA|INVALID_PURPOSE|PATH_LENGTH_EXCEEDED)$/u;
/** Of the operating system, of OpenSSL, of the parser of HTTP. */
const errnoShape =
  /^(?:E[A-Z0-9]{1,20}|(?:ERR_TLS|ERR_SSL|ERR_STREAM|HPE|CERT|UNABLE|DEPTH|SELF|INVALID|PATH)_[A-Z0-9_]{1,60})$/u;

function failureOfAnswer({ store }: NamedStore, error: MayflyError): MayflyError {
  switch (error.code) {
    case 'MAYFLY_STREAM_TOO_LARGE':
      return createError('MAYFLY_STORE_TOO_LARGE', { store, limit: error.params['limit'] ?? 0 });
    case 'MAYFLY_STREAM_BROKEN':
      return createError('MAYFLY_STORE_UNAVAILABLE', { store, reason: 'the answer was cut' });
    default:
      return error;
  }
}
