import { describe, expect, it } from '@jest/globals';
import {
  answerErrorEvent,
  answerStatus,
  everyNth,
  firstOf,
  isFor,
  isList,
  isWrite,
  type SeenRequest,
} from '#test/support/cluster/faults/faults.ts';

function aRequest(method: string, path: string, isWatch = false): SeenRequest {
  const counts = { requestBytes: 0, responseBytes: 0, status: 0, fault: null };
  return { method, path, isWatch, query: new URLSearchParams(), userAgent: '', ...counts };
}

const secrets = '/api/v1/namespaces/team/secrets';

describe('what a request is', () => {
  it.each([
    [secrets, true],
    ['/api/v1/secrets', true],
    ['/api/v1/namespaces', true],
    ['/apis/mayfly.dev/v1alpha1/ephemeralsecrets', true],
    ['/apis/mayfly.dev/v1alpha1/namespaces/team/ephemeralsecrets', true],
    [`${secrets}/db`, false],
    ['/apis/mayfly.dev/v1alpha1', false],
    ['/api/v1', false],
    ['/readyz', false],
  ])('%s is a list: %s', (path, expected) => {
    expect(isList(aRequest('GET', path))).toBe(expected);
    expect(isList(aRequest('GET', path, true))).toBe(false);
    expect(isList(aRequest('POST', path))).toBe(false);
  });

  it.each([
    [secrets, 'secrets'],
    [`${secrets}/db`, 'secrets'],
    ['/api/v1/secrets', 'secrets'],
    ['/api/v1/namespaces', 'namespaces'],
    ['/api/v1/namespaces/team', 'namespaces'],
    ['/api/v1/namespaces/team/status', 'namespaces'],
    ['/apis/mayfly.dev/v1alpha1/namespaces/team/ephemeralsecrets/db/status', 'ephemeralsecrets'],
  ])('%s is for %s', (path, resource) => {
    expect(isFor(resource)(aRequest('GET', path))).toBe(true);
    expect(isFor('pods')(aRequest('GET', path))).toBe(false);
  });

  it('is a write by its method', () => {
    const methods = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE'];
    const writes = methods.filter((method) => isWrite(aRequest(method, secrets)));
    expect(writes).toEqual(['POST', 'PUT', 'PATCH', 'DELETE']);
  });
});

describe('rules', () => {
  const conflict = answerStatus(409);
  const write = aRequest('POST', secrets);

  it('fire on every n-th request that matches', () => {
    const rule = everyNth(2, isWrite, conflict);
    const fired = [write, aRequest('GET', secrets), write, write, write].map(
      (request) => rule(request) !== null,
    );
    expect(fired).toEqual([false, false, true, false, true]);
  });

  it('fire on the first n requests that match', () => {
    const rule = firstOf(1, isWrite, conflict);
    const fired = [aRequest('GET', secrets), write, write].map((request) => rule(request) !== null);
    expect(fired).toEqual([false, true, false]);
  });

  it('answer as the API server does', () => {
    expect(answerStatus(429, 7)).toMatchObject({
      status: 429,
      headers: { 'retry-after': '7' },
      body: { kind: 'Status', reason: 'TooManyRequests', details: { retryAfterSeconds: 7 } },
    });
    expect(answerErrorEvent(410)).toMatchObject({
      status: 200,
      body: { type: 'ERROR', object: { kind: 'Status', code: 410, reason: 'Expired' } },
    });
  });
});
