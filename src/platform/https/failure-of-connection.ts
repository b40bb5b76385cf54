import { readErrno } from '#platform/files/system-error.ts';
import { isMayflyError, type MayflyError } from '#core/errors/mayfly-error.ts';
import type { HttpsEndpoint } from './https-endpoint.ts';

type NamedEndpoint = Pick<HttpsEndpoint, 'address' | 'serverName' | 'failureOf'>;

/** What went wrong between here and a server, or while its answer was read. Throws again what is a fault of ours. */
export function failureOfConnection(endpoint: NamedEndpoint, error: unknown): MayflyError {
  if (isMayflyError(error)) return failureOfAnswer(endpoint, error);
  const errno = readErrno(error);
  if (!errnoShape.test(errno)) throw error;
  if (errno === 'ERR_TLS_CERT_ALTNAME_INVALID') {
    const name = endpoint.serverName ?? new URL(endpoint.address).hostname;
    return endpoint.failureOf({ kind: 'misnamed', name }, error);
  }
  if (distrust.test(errno)) return endpoint.failureOf({ kind: 'untrusted' }, error);
  return endpoint.failureOf({ kind: 'unavailable', reason: errno }, error);
}

/** How OpenSSL and Node say that they do not trust a certificate. */
const distrust =
  /^(?:CERT_.*|UNABLE_TO_.*|DEPTH_ZERO_.*|SELF_SIGNED_.*|INVALID_CA|INVALID_PURPOSE|PATH_LENGTH_EXCEEDED)$/u;
/** Of the operating system, of OpenSSL, of the parser of HTTP. */
const errnoShape =
  /^(?:E[A-Z0-9]{1,20}|(?:ERR_TLS|ERR_SSL|ERR_STREAM|HPE|CERT|UNABLE|DEPTH|SELF|INVALID|PATH)_[A-Z0-9_]{1,60})$/u;

function failureOfAnswer({ failureOf }: NamedEndpoint, error: MayflyError): MayflyError {
  switch (error.code) {
    case 'MAYFLY_STREAM_TOO_LARGE':
      return failureOf({ kind: 'too-large', limit: Number(error.params['limit']) });
    case 'MAYFLY_STREAM_BROKEN':
      return failureOf({ kind: 'unavailable', reason: 'the answer was cut' });
    default:
      return error;
  }
}
