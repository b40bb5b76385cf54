import { codeOf, isMayflyError, type MayflyError } from '#core/errors/mayfly-error.ts';

/** What is answered, but for headers. */
export interface PlainAnswer {
  readonly status: number;
  readonly body: object;
}

/** How a protocol says that nothing is given. None says more than another: a refusal is the same whatever its reason. */
export interface Dialect {
  refused(why: 'unauthenticated' | 'denied', auditId: string): PlainAnswer;
  /** Of a request that is none. */
  invalid(errors: readonly MayflyError[]): PlainAnswer;
  /** With the code alone: whoever asked may have what was asked for, and is told no more of where it is. */
  failed(error: unknown, auditId: string): PlainAnswer;
}

/** The broker's own. */
export const ownDialect: Dialect = {
  refused: (why, auditId) => ({
    status: why === 'denied' ? 403 : 401,
    body: { error: 'denied', auditId },
  }),
  invalid: (errors) => ({
    status: 400,
    body: { error: 'invalid', problems: errors.map(({ message }) => message) },
  }),
  failed: (error, auditId) => ({
    status: statusOf(error),
    body: { error: codeOf(error), auditId },
  }),
};

/** RFC 8693: {@link https://www.rfc-editor.org/rfc/rfc8693#section-2.2.2}. */
export const oauthDialect: Dialect = {
  refused: (_, auditId) => ({
    status: 400,
    body: { error: 'invalid_request', error_description: 'denied', auditId },
  }),
  invalid: (errors) => ({
    status: 400,
    body: { error: 'invalid_request', error_description: errors[0]?.message ?? '' },
  }),
  failed: (error, auditId) => ({
    status: statusOf(error),
    body: { error: 'temporarily_unavailable', error_description: codeOf(error), auditId },
  }),
};

/** Vault's: {@link https://developer.hashicorp.com/vault/api-docs#error-response}. */
export const vaultDialect: Dialect = {
  refused: (_, auditId) => ({ status: 403, body: { errors: [`denied, audit id ${auditId}`] } }),
  invalid: (errors) => ({ status: 400, body: { errors: errors.map(({ message }) => message) } }),
  failed: (error, auditId) => ({
    status: statusOf(error),
    body: { errors: [`${codeOf(error)}, audit id ${auditId}`] },
  }),
};

const absent: ReadonlySet<string> = new Set([
  'MAYFLY_STORE_NOT_FOUND',
  'MAYFLY_BROKER_KEY_MISSING',
  'MAYFLY_BROKER_LEASE_UNKNOWN',
]);

/** What a store says of the broker is nothing that the caller could mend. */
function statusOf(error: unknown): number {
  if (!isMayflyError(error)) return 500;
  if (error.code === 'MAYFLY_BROKER_THROTTLED') return 429;
  if (absent.has(error.code)) return 404;
  const { kind } = error;
  if (kind === 'unavailable' || kind === 'conflict') return 503;
  return kind === 'bug' ? 500 : 502;
}
