import { describe, expect, it } from '@jest/globals';
import type { StoredObject } from '#core/api/object.ts';
import { parseEphemeralSecretStatus, parseGitSourceStatus } from '#core/api/status/status.ts';
import { expectCode } from '#test/support/expect-code.ts';

function anObject(status: unknown): StoredObject {
  const metadata = {
    namespace: 'prod',
    name: 'it',
    uid: 'u',
    resourceVersion: '1',
    generation: 1,
    labels: {},
    annotations: {},
    creationTimestamp: '2026-01-01T00:00:00Z',
  };
  return { kind: 'GitSource', metadata, spec: {}, status };
}

describe('a stored status', () => {
  it.each([undefined, null, {}])('may be %j', (status) => {
    expect(parseGitSourceStatus(anObject(status))).toEqual({});
    expect(parseEphemeralSecretStatus(anObject(status))).toEqual({});
  });

  it('may hold fields of a newer version', () => {
    const status = { revision: 'a', newer: true };
    expect(parseGitSourceStatus(anObject(status))).toEqual(status);
  });

  it('that is damaged is refused, because forgetting what was accepted would be worse', async () => {
    const error = await expectCode(
      () => parseGitSourceStatus(anObject({ revision: 1 })),
      'MAYFLY_OBJECT_STATUS_UNREADABLE',
    );
    expect(error.message).toContain('prod/it');
    await expectCode(
      () => parseEphemeralSecretStatus(anObject({ secrets: [{ name: 'db' }] })),
      'MAYFLY_OBJECT_STATUS_UNREADABLE',
    );
  });
});
