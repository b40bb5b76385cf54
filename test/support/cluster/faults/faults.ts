import type { OutgoingHttpHeaders } from 'node:http';

/** A request as the proxy saw it. The byte counts and the status grow with the answer. */
export interface SeenRequest {
  readonly method: string;
  readonly path: string;
  readonly query: URLSearchParams;
  readonly userAgent: string;
  readonly isWatch: boolean;
  readonly requestBytes: number;
  /** Bytes of the answer's body that were sent to the client. */
  readonly responseBytes: number;
  /** What the client was answered; 0 without an answer. */
  readonly status: number;
  /** What was done to it; null when it was only passed on. */
  readonly fault: RequestFault['kind'] | null;
}

export type RequestFault =
  /** Never answered, and never passed on. */
  | { readonly kind: 'stall' }
  /** The connection is closed; nothing is passed on. */
  | { readonly kind: 'reset' }
  /** Answered by the proxy. */
  | {
      readonly kind: 'answer';
      readonly status: number;
      readonly headers?: OutgoingHttpHeaders;
      readonly body?: unknown;
    }
  /** Passed on, and what it asks for is done, but the connection is closed instead of an answer. */
  | { readonly kind: 'lose-answer' }
  /** Passed on when the promise resolves. */
  | { readonly kind: 'hold'; readonly until: Promise<unknown> }
  /** The answer's body ends after that many bytes, and the connection closes. */
  | { readonly kind: 'cut'; readonly afterBytes: number }
  /** The answer's body stops after that many bytes; the connection stays open. */
  | { readonly kind: 'freeze'; readonly afterBytes: number }
  /** The answer's body arrives in pieces of that many bytes, one a millisecond. */
  | { readonly kind: 'drip'; readonly bytes: number };

/** What may happen to a watch that is open, at any time. */
export type WatchFault =
  /** The connection stays open; no byte follows. */
  | { readonly kind: 'freeze' }
  /** Ends as the server ends a watch. */
  | { readonly kind: 'end' }
  /** The connection closes. */
  | { readonly kind: 'cut' }
  /** The connection closes within an event. */
  | { readonly kind: 'partial' }
  /** An ERROR event with this status follows, and the watch ends. */
  | { readonly kind: 'error'; readonly status: number };

export type EventFault =
  | WatchFault
  | { readonly kind: 'drop' }
  | { readonly kind: 'duplicate' }
  /** Sent after the event that follows it; at the end of the watch when none does. */
  | { readonly kind: 'postpone' };

/** An event of a watch. */
export interface SeenEvent {
  readonly type: string;
  readonly name: string;
  readonly namespace: string;
}

export type RequestRule = (request: SeenRequest) => RequestFault | null;
export type EventRule = (event: SeenEvent, watch: SeenRequest) => EventFault | null;
type IsMatch = (request: SeenRequest) => boolean;

export function isWatch(request: SeenRequest): boolean {
  return request.isWatch;
}

/** A GET of a collection. Names of resources have no dot and no upper case, as the last part of no object's path. */
export function isList({ method, path, isWatch }: SeenRequest): boolean {
  return method === 'GET' && !isWatch && collection.test(path);
}

const collection = /^\/(?:api\/v1|apis\/[^/]+\/[^/]+)(?:\/namespaces\/[^/]+)?\/[^/]+$/u;

export function isWrite({ method }: SeenRequest): boolean {
  return ['POST', 'PUT', 'PATCH', 'DELETE'].includes(method);
}

/** Requests for a resource by its plural name, such as `secrets`: its collections, objects and subresources. */
export function isFor(resource: string): IsMatch {
  return ({ path }) => (resourceOf.exec(path)?.[1] ?? '') === resource;
}

const resourceOf =
  /^\/(?:api\/v1|apis\/[^/]+\/[^/]+)\/(?:namespaces\/[^/]+\/(?!status$|finalize$))?([^/]+)/u;

/** A rule for every n-th of the requests that match. */
export function everyNth(n: number, isMatch: IsMatch, fault: RequestFault): RequestRule {
  let count = 0;
  return (request) => {
    if (!isMatch(request)) return null;
    count += 1;
    return count % n === 0 ? fault : null;
  };
}

/** A rule for the first n of the requests that match. */
export function firstOf(n: number, isMatch: IsMatch, fault: RequestFault): RequestRule {
  let left = n;
  return (request) => {
    if (left === 0 || !isMatch(request)) return null;
    left -= 1;
    return fault;
  };
}

const reasons: Readonly<Record<number, string>> = {
  403: 'Forbidden',
  404: 'NotFound',
  409: 'Conflict',
  410: 'Expired',
  429: 'TooManyRequests',
  500: 'InternalError',
  503: 'ServiceUnavailable',
  504: 'Timeout',
};

/** An answer as the API server gives it: a Status object. With `retryAfterSeconds` also its header. */
export function answerStatus(status: number, retryAfterSeconds?: number): RequestFault {
  const headers =
    retryAfterSeconds === undefined ? {} : { 'retry-after': String(retryAfterSeconds) };
  return { kind: 'answer', status, headers, body: renderStatus(status, retryAfterSeconds) };
}

/** An answer to a watch as the API server gives it to one whose version is too old: 200, and an ERROR event. */
export function answerErrorEvent(status: number): RequestFault {
  return { kind: 'answer', status: 200, body: renderErrorEvent(status) };
}

export function renderErrorEvent(status: number): unknown {
  return { type: 'ERROR', object: renderStatus(status) };
}

function renderStatus(status: number, retryAfterSeconds?: number): unknown {
  return {
    kind: 'Status',
    apiVersion: 'v1',
    metadata: {},
    status: 'Failure',
    message: 'made by the fault proxy',
    reason: reasons[status] ?? '',
    code: status,
    ...(retryAfterSeconds === undefined ? {} : { details: { retryAfterSeconds } }),
  };
}
