import { createError, type MayflyError } from '../errors/mayfly-error.ts';

/** What is left of a git command that failed at a host. */
export interface GitFailure {
  readonly host: string;
  /** What git and ssh wrote to stderr; partly chosen by the host, so it never reaches a message. */
  readonly stderr: string;
  /** The HTTP status of the last answer; null for ssh or when there was none. */
  readonly status: number | null;
  /** What the host asked for by `Retry-After`, in milliseconds. */
  readonly retryAfterMs: number | null;
}

type RemoteCode =
  | 'MAYFLY_GIT_CERTIFICATE'
  | 'MAYFLY_GIT_HOST_KEY'
  | 'MAYFLY_GIT_UNAUTHENTICATED'
  | 'MAYFLY_GIT_FORBIDDEN'
  | 'MAYFLY_GIT_NOT_FOUND'
  | 'MAYFLY_GIT_REDIRECT'
  | 'MAYFLY_GIT_THROTTLED'
  | 'MAYFLY_GIT_OBJECTS_CORRUPT'
  | 'MAYFLY_GIT_UNAVAILABLE';

/** The first row of which a phrase is found decides: a cut connection also makes git complain about the pack. */
const sayings: readonly (readonly [RemoteCode, readonly string[]])[] = [
  ['MAYFLY_GIT_OBJECTS_CORRUPT', ['fsck error']],
  [
    'MAYFLY_GIT_CERTIFICATE',
    [
      'certificate verification failed',
      'SSL certificate problem',
      'certificate subject name',
      'self-signed certificate',
      'certificate is not trusted',
    ],
  ],
  ['MAYFLY_GIT_HOST_KEY', ['Host key verification failed', 'HOST IDENTIFICATION HAS CHANGED']],
  [
    'MAYFLY_GIT_UNAUTHENTICATED',
    [
      'Permission denied (',
      'Too many authentication failures',
      'Authentication failed',
      'could not read Username',
    ],
  ],
  [
    'MAYFLY_GIT_NOT_FOUND',
    ['does not appear to be a git repository', 'Repository not found', 'is this a git repository'],
  ],
  [
    'MAYFLY_GIT_UNAVAILABLE',
    [
      'RPC failed',
      'early EOF',
      'unexpected disconnect',
      'hung up unexpectedly',
      'onnection',
      'Recv failure',
      'timed out',
    ],
  ],
  [
    'MAYFLY_GIT_OBJECTS_CORRUPT',
    [
      'pack has',
      'bad pack',
      'inflate',
      'hash mismatch',
      'SHA1 COLLISION',
      'unresolved deltas',
      'index-pack',
      'did not send all necessary objects',
      'bad object',
      'corrupt',
      'mismatched algorithms',
    ],
  ],
];

/** Turns what a git command left behind into the typed error for it; what is not known is `unavailable`. */
export function renderGitFailure(failure: GitFailure): MayflyError {
  const code = judgeStatus(failure.status) ?? judgeSaying(failure.stderr);
  const wait = failure.retryAfterMs;
  return createError(
    code,
    { host: failure.host },
    { cause: failure.stderr, ...(wait === null ? {} : { retryAfterMs: wait }) },
  );
}

const statusCodes: Readonly<Record<number, RemoteCode>> = {
  401: 'MAYFLY_GIT_UNAUTHENTICATED',
  403: 'MAYFLY_GIT_FORBIDDEN',
  404: 'MAYFLY_GIT_NOT_FOUND',
  410: 'MAYFLY_GIT_NOT_FOUND',
  429: 'MAYFLY_GIT_THROTTLED',
};

function judgeStatus(status: number | null): RemoteCode | null {
  if (status === null || status < 300) return null;
  if (status < 400) return 'MAYFLY_GIT_REDIRECT';
  return statusCodes[status] ?? 'MAYFLY_GIT_UNAVAILABLE';
}

function judgeSaying(stderr: string): RemoteCode {
  const own = stderr.replace(/^remote: .*$/gmu, '');
  const row = sayings.find(([, phrases]) => phrases.some((phrase) => own.includes(phrase)));
  return row?.[0] ?? 'MAYFLY_GIT_UNAVAILABLE';
}

const missingPhrases = [
  'not our ref',
  "ouldn't find remote ref",
  'unadvertised object',
  'no such remote ref',
];

/** Whether git failed because the host no longer has, or does not give, the object or ref asked for. */
export function isMissingAtHost(stderr: string): boolean {
  return missingPhrases.some((phrase) => stderr.includes(phrase));
}

/** What the header trace of an exchange tells. */
export interface TraceFacts {
  readonly status: number | null;
  readonly retryAfterMs: number | null;
}

const mark = '<= Recv header: ';
const statusLine = /^HTTP\/[0-9.]{1,3} ([2-5][0-9]{2})(?: .*)?$/u;
const retryLine = /^retry-after: ([^\r\n]{1,64})$/iu;
const maxRetryAfterMs = 3_600_000;

/** Reads one line of git's `GIT_TRACE_CURL` into the facts so far; `now` turns a date into a delay. */
export function readTraceLine(facts: TraceFacts, line: string, now: number): TraceFacts {
  const at = line.indexOf(mark);
  const header = at < 0 ? '' : line.slice(at + mark.length).trimEnd();
  const status = statusLine.exec(header)?.[1];
  if (status !== undefined) return { status: Number(status), retryAfterMs: null };
  const wait = retryLine.exec(header)?.[1];
  return wait === undefined ? facts : { ...facts, retryAfterMs: parseRetryAfter(wait, now) };
}

function parseRetryAfter(text: string, now: number): number | null {
  const delay = /^[0-9]{1,9}$/u.test(text) ? Number(text) * 1000 : Date.parse(text) - now;
  return Number.isNaN(delay) ? null : Math.min(Math.max(delay, 0), maxRetryAfterMs);
}

const announcement = /^Receiving objects: +[0-9]{1,3}% \([0-9]{1,12}\/([0-9]{1,12})\).*$/u;

/** How many objects the host announced in its pack, as git's progress shows it; null while it has not. */
export function parseAnnouncedObjects(progress: string): number | null {
  for (const line of progress.split(/[\r\n]/u)) {
    const found = announcement.exec(line)?.[1];
    if (found !== undefined) return Number(found);
  }
  return null;
}

/** Whether the host said that it does not filter what it sends. */
export function isUnfiltered(progress: string): boolean {
  return progress.includes('filtering not recognized by server');
}
