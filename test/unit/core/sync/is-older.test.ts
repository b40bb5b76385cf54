import { expect, it } from '@jest/globals';
import { isOlder } from '#core/sync/is-older.ts';

const before = { origin: 'a', modifiedAt: 1000 };

it.each([
  ['nothing came before', null, { origin: 'b', modifiedAt: 0 }, false],
  ['another content says that it is older', before, { origin: 'b', modifiedAt: 999 }, true],
  ['another content is of the same instant', before, { origin: 'b', modifiedAt: 1000 }, false],
  ['it is the same content', before, { origin: 'a', modifiedAt: 999 }, false],
])('a version of a file where %s', (_, one, other, older) => {
  expect(isOlder(one, other)).toBe(older);
});
