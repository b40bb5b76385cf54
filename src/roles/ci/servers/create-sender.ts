import { createError, type MayflyError } from '#core/errors/mayfly-error.ts';
import type { Clock } from '#core/ports/time.ts';
import type { HttpsFailure } from '#platform/https/https-endpoint.ts';
import { createHttpsSender, type SendHttps } from '#platform/https/send-https.ts';

/** Somebody who is asked over https. */
export interface Server {
  /** As messages name it, such as `the broker`. */
  readonly name: string;
  /** `https://HOST[:PORT]`. */
  readonly address: string;
  /** PEM certificates to trust instead of those of the system. */
  readonly ca: string | null;
}

const timeoutMs = 30_000;

/**
 * Sends requests: https only, bounded, without following redirects. Any address may be dialled: whoever runs the
 * command has named it, and reaches no more by it than by the other programs of the job. Throws
 * `MAYFLY_CI_UNAVAILABLE`, `MAYFLY_CI_UNRESOLVED`, `MAYFLY_CI_CERTIFICATE`, `MAYFLY_CI_CERTIFICATE_NAME`,
 * `MAYFLY_CI_CA_INVALID`, `MAYFLY_CI_REDIRECT` and `MAYFLY_CI_TOO_LARGE`.
 */
export function createSender({ name, address, ca }: Server, clock: Clock): SendHttps {
  return createHttpsSender(
    {
      address,
      ca,
      serverName: null,
      timeoutMs,
      checkAddress: () => undefined,
      failureOf: (failure, cause) => failureOf(name, failure, cause),
    },
    clock,
  );
}

function failureOf(server: string, failure: HttpsFailure, cause: unknown): MayflyError {
  const options = { cause };
  switch (failure.kind) {
    case 'unavailable':
      return createError('MAYFLY_CI_UNAVAILABLE', { server, reason: failure.reason }, options);
    case 'unresolved':
      return createError('MAYFLY_CI_UNRESOLVED', { server, host: failure.host }, options);
    case 'untrusted':
      return createError('MAYFLY_CI_CERTIFICATE', { server }, options);
    case 'misnamed':
      return createError('MAYFLY_CI_CERTIFICATE_NAME', { server, name: failure.name }, options);
    case 'no-ca':
      return createError('MAYFLY_CI_CA_INVALID', { server });
    case 'redirected':
      return createError('MAYFLY_CI_REDIRECT', { server });
    case 'too-large':
      return createError('MAYFLY_CI_TOO_LARGE', { server, limit: failure.limit });
  }
}
