import { createError, isMayflyError, type MayflyError } from '#core/errors/mayfly-error.ts';
import { isRecord } from '#core/text/read-field.ts';
import { readErrno } from '#platform/files/system-error.ts';

/** A call that failed, as messages name it. */
export interface FailedCall {
  readonly what: string;
  /** Who the call was made as. */
  readonly user: string;
  readonly retryAfterMs?: number | undefined;
}

/** What the server said of a failure. Its own words may quote objects and are never passed on. */
export interface Refusal {
  readonly status: number;
  /** A `Status` of the API, or whatever came instead. */
  readonly answer: unknown;
  /** The header of that name. */
  readonly retryAfter?: string | undefined;
}

/** The error of an answer that is none of success. */
export function failureOf(call: FailedCall, refusal: Refusal): MayflyError {
  const { what, retryAfterMs } = call;
  const { status } = refusal;
  const options = retryAfterMs === undefined ? {} : { retryAfterMs };
  if (status >= 500 && !isUntyped(refusal)) {
    return createError('MAYFLY_KUBE_UNAVAILABLE', { what, reason: reasonOf(refusal) }, options);
  }
  if (status === 429) return createError('MAYFLY_KUBE_THROTTLED', { what }, options);
  if (status < 400) {
    const problem = `a redirect or another status that is not expected (${status})`;
    return createError('MAYFLY_KUBE_ANSWER', { what, problem });
  }
  return clientFailureOf(call, refusal);
}

/** An apply with a field that the kind does not have is answered with 500, in these words and without a reason. */
function isUntyped({ answer }: Refusal): boolean {
  return readText(answer, 'message').startsWith('failed to create typed patch object');
}

function clientFailureOf(call: FailedCall, refusal: Refusal): MayflyError {
  const { what } = call;
  const { status, answer } = refusal;
  switch (status) {
    case 401:
      return createError('MAYFLY_KUBE_UNAUTHENTICATED', { what });
    case 403:
      return forbiddenOf(call, refusal);
    case 404:
      return createError('MAYFLY_KUBE_NOT_FOUND', { what });
    case 409:
      return readText(answer, 'reason') === 'AlreadyExists'
        ? createError('MAYFLY_KUBE_EXISTS', { what })
        : createError('MAYFLY_KUBE_CONFLICT', { what });
    case 410:
      return createError('MAYFLY_KUBE_EXPIRED', { what });
    case 422:
      // A body holds a uid only as the precondition that the object is still the same one.
      if (causesOf(answer, 'field').includes('metadata.uid')) {
        return createError('MAYFLY_KUBE_CONFLICT', { what });
      }
      return createError('MAYFLY_KUBE_REFUSED', { what, reason: reasonOf(refusal) });
    default:
      return createError('MAYFLY_KUBE_REFUSED', { what, reason: reasonOf(refusal) });
  }
}

/** As RBAC words it; everything else that answers 403 is admission: quotas, policies, a namespace on its way out. */
const lackOfRight =
  /^\S{1,300}(?: "[^"]{1,300}")? is forbidden: User "([\w:.@/-]{1,253})" cannot ([a-z]{1,30}) .*$/su;

function forbiddenOf({ what, user }: FailedCall, refusal: Refusal): MayflyError {
  if (causesOf(refusal.answer, 'reason').includes('NamespaceTerminating')) {
    return createError('MAYFLY_KUBE_NAMESPACE_ENDING', { what });
  }
  const [, who, verb] = lackOfRight.exec(readText(refusal.answer, 'message')) ?? [];
  if (who === undefined) {
    return createError('MAYFLY_KUBE_REFUSED', { what, reason: reasonOf(refusal) });
  }
  const missing = verb === 'impersonate' ? `acting as ${user} (${what})` : what;
  return createError('MAYFLY_KUBE_FORBIDDEN', { what: missing, user: who });
}

/** Whether a 404 means this very object, and not that the server has no such kind just now. */
export function isAbsence({ status, answer }: Refusal, name: string | undefined): boolean {
  if (name === undefined || status !== 404 || readText(answer, 'reason') !== 'NotFound')
    return false;
  return isRecord(answer) && readText(answer['details'], 'name') === name;
}

const mostCauses = 5;
const word = /^[A-Za-z]{1,60}$/u;
const fieldPath = /^[\w./()[\]-]{1,120}$/u;

/** The server's word for it and the fields it names; identifiers all of them. */
function reasonOf(refusal: Refusal): string {
  const reason = readText(refusal.answer, 'reason');
  const fields = causesOf(refusal.answer, 'field').filter((field) => fieldPath.test(field));
  const named = [...new Set(fields)].slice(0, mostCauses).join(', ');
  const said = word.test(reason) ? reason : `status ${refusal.status}`;
  return named === '' ? said : `${said}: ${named}`;
}

function causesOf(answer: unknown, key: 'field' | 'reason'): readonly string[] {
  const details = isRecord(answer) ? answer['details'] : null;
  const causes: unknown = isRecord(details) ? details['causes'] : null;
  return Array.isArray(causes) ? causes.map((cause: unknown) => readText(cause, key)) : [];
}

/** What went wrong between here and the server, or while its answer was read. */
export function brokenOf(what: string, error: unknown): MayflyError {
  if (!isMayflyError(error)) {
    const reason = transportReason(readErrno(error));
    return createError('MAYFLY_KUBE_UNAVAILABLE', { what, reason }, { cause: error });
  }
  switch (error.code) {
    case 'MAYFLY_STREAM_TOO_LARGE':
      return createError('MAYFLY_KUBE_TOO_LARGE', { what, limit: error.params['limit'] ?? 0 });
    case 'MAYFLY_STREAM_BROKEN':
      return createError('MAYFLY_KUBE_UNAVAILABLE', { what, reason: 'the answer was cut' });
    default:
      return error;
  }
}

function transportReason(errno: string): string {
  const isTrust = /^(?:ERR_TLS|CERT_|UNABLE_TO_|DEPTH_ZERO_|SELF_SIGNED_).*$/u.test(errno);
  return isTrust ? `its certificate is not trusted (${errno})` : errno;
}

function readText(value: unknown, key: string): string {
  const text: unknown = isRecord(value) ? value[key] : undefined;
  return typeof text === 'string' ? text : '';
}
