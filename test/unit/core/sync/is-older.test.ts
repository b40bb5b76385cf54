import { expect, it } from '@jest/globals';
import { isOlder } from '#core/sync/is-older.ts';

const before = { origin: 'a', modifiedAt: 1000 };

it('a version of a file is older when another content says so, and only then', () => {
  expect(isOlder(before, { origin: 'b', modifiedAt: 999 })).toBe(true);
  expect(isOlder(before, { origin: 'b', modifiedAt: 1000 })).toBe(false);
  expect(isOlder(before, { origin: 'a', modifiedAt: 999 })).toBe(false);
  expect(isOlder(null, { origin: 'b', modifiedAt: 0 })).toBe(false);
});
