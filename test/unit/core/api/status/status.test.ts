import { describe, expect, it } from '@jest/globals';
import { parseEphemeralSecretStatus, parseGitSourceStatus } from '#core/api/status/status.ts';
import { expectCode } from '#test/support/expect-code.ts';
import { aStoredObject } from '#test/support/objects/a-stored-object.ts';

describe('a stored status', () => {
  it.each([undefined, null, {}])('may be %j', (status) => {
    expect(parseGitSourceStatus(aStoredObject('GitSource', { status }))).toEqual({});
    expect(parseEphemeralSecretStatus(aStoredObject('GitSource', { status }))).toEqual({});
  });

  it('may hold fields of a newer version', () => {
    const status = { revision: 'a', newer: true };
    expect(parseGitSourceStatus(aStoredObject('GitSource', { status }))).toEqual(status);
  });

  it('that is damaged is refused, because forgetting what was accepted would be worse', async () => {
    const error = await expectCode(
      () => parseGitSourceStatus(aStoredObject('GitSource', { status: { revision: 1 } })),
      'MAYFLY_OBJECT_STATUS_UNREADABLE',
    );
    expect(error.message).toContain('prod/it');
    await expectCode(
      () =>
        parseEphemeralSecretStatus(
          aStoredObject('GitSource', { status: { secrets: [{ name: 'db' }] } }),
        ),
      'MAYFLY_OBJECT_STATUS_UNREADABLE',
    );
  });
});
