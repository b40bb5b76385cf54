import { expect, it } from '@jest/globals';
import { isRecord, readField } from '#core/text/read-field.ts';

const value = { spec: { names: ['a'], none: null } };

it.each([
  [[], value],
  [['spec', 'names'], ['a']],
  [['spec', 'none'], null],
  [['spec', 'none', 'deeper'], undefined],
  [['status', 'deeper'], undefined],
  [['spec', 'toString'], undefined],
  [['__proto__'], undefined],
])('under %j stands %j', (names, expected) => {
  expect(readField(value, ...names)).toEqual(expected);
});

it('an object is one, a list, a text and nothing are none', () => {
  expect([{}, [], 'a', null, undefined].map(isRecord)).toEqual([true, false, false, false, false]);
});
