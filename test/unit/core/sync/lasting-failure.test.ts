import { expect, it } from '@jest/globals';
import { isLastingFailure } from '#core/sync/lasting-failure.ts';

it.each([
  ['MAYFLY_SOPS_MAC_MISMATCH', true],
  ['MAYFLY_SOPS_NO_KEY', true],
  ['MAYFLY_SYNC_NOT_ENCRYPTED', true],
  ['MAYFLY_SYNC_TOO_LARGE', true],
  ['MAYFLY_SYNC_NAME_DUPLICATE', false],
  ['MAYFLY_SYNC_SOURCE_MISSING', false],
  ['MAYFLY_SOPS_TIMEOUT', false],
  ['MAYFLY_SINK_NOT_OWNED', false],
  ['MAYFLY_GIT_FILE_TOO_LARGE', false],
  ['MAYFLY_GIT_UNAVAILABLE', false],
  ['MAYFLY_OBJECT_CONFLICT', false],
  ['toString', false],
  ['', false],
])('whether %s stands until something changes: %s', (code, lasting) => {
  expect(isLastingFailure(code)).toBe(lasting);
});
