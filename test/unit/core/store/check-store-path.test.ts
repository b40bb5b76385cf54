import { describe, expect, it } from '@jest/globals';
import { checkStorePath } from '#core/store/check-store-path.ts';
import { expectCode } from '#test/support/expect-code.ts';

describe('the path of a store', () => {
  it.each(['secret/data/shop/db', 'a', 'kv/ä/b c'.replace(' ', '_'), 'x/..y/.z'])(
    'takes %j',
    (path) => {
      expect(() => checkStorePath('vault', path)).not.toThrow();
    },
  );

  it.each([
    '',
    '/a',
    'a/',
    'a//b',
    '.',
    'a/./b',
    '../a',
    'a/..',
    'a b',
    'a\u0000',
    'a\u200b',
    'a?list=true',
    'a#b',
    'a%2e%2e',
    'a\\b',
    '\ud800',
    'a'.repeat(1025),
  ])('refuses %j', async (path) => {
    const error = await expectCode(
      () => checkStorePath('vault', path),
      'MAYFLY_STORE_PATH_INVALID',
    );
    expect(error.kind).toBe('invalid');
  });
});
