import { describe, expect, it } from '@jest/globals';
import {
  isMissingAtHost,
  isUnfiltered,
  parseAnnouncedObjects,
  readTraceLine,
  renderGitFailure,
} from '#core/git/git-failure.ts';

const nothing = { host: 'host', stderr: '', status: null, retryAfterMs: null };

describe('a failed git command', () => {
  it.each([
    [301, 'MAYFLY_GIT_REDIRECT'],
    [401, 'MAYFLY_GIT_UNAUTHENTICATED'],
    [403, 'MAYFLY_GIT_FORBIDDEN'],
    [404, 'MAYFLY_GIT_NOT_FOUND'],
    [410, 'MAYFLY_GIT_NOT_FOUND'],
    [418, 'MAYFLY_GIT_UNAVAILABLE'],
    [429, 'MAYFLY_GIT_THROTTLED'],
    [502, 'MAYFLY_GIT_UNAVAILABLE'],
  ])('after status %i is %s', (status, code) => {
    expect(renderGitFailure({ ...nothing, status }).code).toBe(code);
  });

  it.each([
    ['fatal: fsck error in packed object', 'MAYFLY_GIT_OBJECTS_CORRUPT'],
    ['server certificate verification failed. CAfile: none', 'MAYFLY_GIT_CERTIFICATE'],
    ['SSL certificate problem: unable to get local issuer', 'MAYFLY_GIT_CERTIFICATE'],
    ['Host key verification failed.', 'MAYFLY_GIT_HOST_KEY'],
    ['git@host: Permission denied (publickey).', 'MAYFLY_GIT_UNAUTHENTICATED'],
    ['ERROR: Repository not found.', 'MAYFLY_GIT_NOT_FOUND'],
    ["fatal: 'x' does not appear to be a git repository", 'MAYFLY_GIT_NOT_FOUND'],
    ['fatal: early EOF\nfatal: fetch-pack: invalid index-pack output', 'MAYFLY_GIT_UNAVAILABLE'],
    ['ssh: connect to host h port 22: Connection refused', 'MAYFLY_GIT_UNAVAILABLE'],
    ['fatal: pack is corrupted (SHA1 mismatch)', 'MAYFLY_GIT_OBJECTS_CORRUPT'],
    ['remote: fsck error\nfatal: early EOF', 'MAYFLY_GIT_UNAVAILABLE'],
    ['something new', 'MAYFLY_GIT_UNAVAILABLE'],
  ])('that said %j is %s', (stderr, code) => {
    const error = renderGitFailure({ ...nothing, status: 200, stderr });
    expect(error.code).toBe(code);
    expect(error.message).not.toContain(stderr);
  });

  it('passes on how long the host asked to wait', () => {
    const error = renderGitFailure({ ...nothing, status: 429, retryAfterMs: 5000 });
    expect(error.retryAfterMs).toBe(5000);
  });

  it('is told apart when the host does not have what was asked for', () => {
    expect(isMissingAtHost('fatal: remote error: upload-pack: not our ref 123')).toBe(true);
    expect(isMissingAtHost("fatal: couldn't find remote ref main")).toBe(true);
    expect(isMissingAtHost('fatal: early EOF')).toBe(false);
  });
});

describe('the trace of an exchange', () => {
  const now = Date.UTC(2026, 0, 1);

  function read(...lines: readonly string[]): unknown {
    const start = { status: null, retryAfterMs: null };
    return lines.reduce<typeof start | ReturnType<typeof readTraceLine>>(
      (facts, line) =>
        readTraceLine(facts, `18:35:33.2 http.c:684     <= Recv header: ${line}`, now),
      start,
    );
  }

  it('tells the last status, in both versions of HTTP', () => {
    expect(read('HTTP/1.1 100 Continue')).toEqual({ status: null, retryAfterMs: null });
    expect(read('HTTP/1.1 401 Unauthorized', 'HTTP/2 200 ')).toEqual({
      status: 200,
      retryAfterMs: null,
    });
    expect(read('HTTP/2 429')).toEqual({ status: 429, retryAfterMs: null });
  });

  it('tells the wait in seconds or as a date, within an hour', () => {
    expect(read('HTTP/1.1 429 X', 'Retry-After: 30')).toEqual({
      status: 429,
      retryAfterMs: 30_000,
    });
    const date = new Date(now + 60_000).toUTCString();
    expect(read(`retry-after: ${date}`)).toMatchObject({ retryAfterMs: 60_000 });
    expect(read('retry-after: 999999999')).toMatchObject({ retryAfterMs: 3_600_000 });
    expect(read('retry-after: Thu, 01 Jan 1970 00:00:00 GMT')).toMatchObject({ retryAfterMs: 0 });
    expect(read('retry-after: soon')).toMatchObject({ retryAfterMs: null });
  });

  it('ignores what is sent and what is no header', () => {
    const facts = { status: 200, retryAfterMs: null };
    expect(readTraceLine(facts, '=> Send header: HTTP/1.1 500 x', now)).toEqual(facts);
    expect(read('x-note: HTTP/1.1 500 x')).toEqual({ status: null, retryAfterMs: null });
  });
});

describe('the progress of a fetch', () => {
  it('tells how many objects were announced', () => {
    const text = 'remote: Counting objects: 100% (9/9)\rReceiving objects:   0% (1/120000)\r';
    expect(parseAnnouncedObjects(text)).toBe(120_000);
    expect(parseAnnouncedObjects('remote: Receiving objects:   0% (1/5)')).toBeNull();
  });

  it('tells that the host does not filter', () => {
    expect(isUnfiltered('warning: filtering not recognized by server, ignoring')).toBe(true);
    expect(isUnfiltered('')).toBe(false);
  });
});
