import { expect, it } from '@jest/globals';
import { checkEphemeralSecret } from '#core/api/check/check-ephemeral-secret.ts';

it('names everything that is wrong beyond the schema at once', () => {
  const errors = checkEphemeralSecret({
    sourceRef: { name: 'repo' },
    path: 'a/../../b',
    decryption: { keys: [{ secretRef: { name: 'keys' } }] },
    target: { secret: { name: 'a..b', from: 'yaml', type: 'kubernetes.io/service-account-token' } },
    ttl: '1s',
    clusters: { matchExpressions: [{ key: 'stage', operator: 'In' }] },
  });
  expect(errors.map(({ code }) => code)).toEqual([
    'MAYFLY_OBJECT_FIELD_INVALID',
    'MAYFLY_OBJECT_FIELD_INVALID',
    'MAYFLY_OBJECT_FIELD_INVALID',
    'MAYFLY_OBJECT_FIELD_INVALID',
    'MAYFLY_OBJECT_FIELD_MISSING',
  ]);
});
