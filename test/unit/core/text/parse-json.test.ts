import { expect, it } from '@jest/globals';
import { parseJson } from '#core/text/parse-json.ts';

it.each([
  ['{"a":[1]}', { a: [1] }],
  ['null', null],
  ['', null],
  ['{"a":', null],
])('reads %j as %j', (text, value) => {
  expect(parseJson(text)).toEqual(value);
});
