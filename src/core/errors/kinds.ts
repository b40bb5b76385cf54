/**
 * The eight kinds of failure. A kind decides everything about how a failure is handled: whether it is
 * retried, the HTTP status, the condition on the object, and the exit code of a command.
 */
export const kinds = {
  invalid: { retry: 'never', httpStatus: 400, ready: 'False', stalled: true, exitCode: 2 },
  unauthenticated: { retry: 'never', httpStatus: 401, ready: 'False', stalled: false, exitCode: 3 },
  denied: { retry: 'never', httpStatus: 403, ready: 'False', stalled: true, exitCode: 3 },
  corrupt: { retry: 'never', httpStatus: 422, ready: 'False', stalled: true, exitCode: 4 },
  exceeded: { retry: 'never', httpStatus: 413, ready: 'False', stalled: true, exitCode: 4 },
  unavailable: {
    retry: 'backoff',
    httpStatus: 503,
    ready: 'Unknown',
    stalled: false,
    exitCode: 75,
  },
  conflict: { retry: 'soon', httpStatus: 409, ready: 'Unknown', stalled: false, exitCode: 75 },
  bug: { retry: 'backoff', httpStatus: 500, ready: 'Unknown', stalled: false, exitCode: 70 },
} as const;

export type ErrorKind = keyof typeof kinds;

/** One row of the catalogue. `message` may hold `{name}` placeholders, filled with identifiers only. */
export interface CatalogueEntry {
  readonly kind: ErrorKind;
  readonly message: string;
  /** Where the failure may heal although its kind says that it stands. */
  readonly retry?: 'backoff';
  /** The next action for the reader. Required for `invalid` and `denied`. */
  readonly hint?: string;
}
