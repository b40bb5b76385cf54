import { expect, it } from '@jest/globals';
import type { StatusHolder } from '#core/api/status/status.ts';
import { renderStatusRow } from '#core/status/render-row.ts';

const metadata = { namespace: 'shop', name: 'all' };

function aReady(status: 'True' | 'False', reason: string): object {
  const lastTransitionTime = '2026-01-01T00:00:00Z';
  return {
    type: 'Ready',
    status,
    reason,
    message: 'why',
    observedGeneration: 1,
    lastTransitionTime,
  };
}

function anObject(kind: StatusHolder['kind'], status: unknown): StatusHolder {
  return { kind, metadata, status };
}

it('a row tells of a secret until when it is there, and which files failed', () => {
  const failure = {
    path: 'a.yaml',
    code: 'MAYFLY_SOPS_VALUE',
    message: 'broken',
    origin: 'o',
    commit: 'c',
  };
  const status = {
    conditions: [aReady('True', 'Synced')],
    revision: 'abc',
    expiresAt: '2026-01-01T01:00:00Z',
    secretCount: 3,
    failures: [failure],
  };
  expect(renderStatusRow(anObject('EphemeralSecret', status))).toEqual({
    kind: 'EphemeralSecret',
    ...metadata,
    ready: 'True',
    reason: 'Synced',
    message: 'why',
    revision: 'abc',
    expiresAt: '2026-01-01T01:00:00Z',
    secrets: 3,
    failures: [{ path: 'a.yaml', code: 'MAYFLY_SOPS_VALUE', message: 'broken' }],
  });
});

it.each([
  ['that is new', {}, { ready: 'Unknown', message: 'not looked at yet' }],
  ['without a status', undefined, { ready: 'Unknown', reason: 'Progressing' }],
  ['whose status is damaged', { conditions: 'none' }, { code: 'MAYFLY_OBJECT_STATUS_UNREADABLE' }],
  [
    'whose reason is made from a code',
    { conditions: [aReady('False', 'GitRewind')] },
    { ready: 'False', code: 'MAYFLY_GIT_REWIND' },
  ],
])('a row of a source %s tells so', (_, status, expected) => {
  expect(renderStatusRow(anObject('GitSource', status))).toMatchObject(expected);
});

it('a row names no code that there is not', () => {
  const status = { conditions: [aReady('False', 'NoSuchCode')] };
  expect(renderStatusRow(anObject('GitSource', status))).not.toHaveProperty('code');
});
