import { expect, it } from '@jest/globals';
import { compilePattern } from '#platform/regexp.ts';

it.each([
  ['^(data|stringData)$', 'data', true],
  ['^(data|stringData)$', 'metadata', false],
  ['pass', 'my_password', true],
  ['(?i)PASS', 'my_password', true],
  ['\\z', '', true],
  ['[[:upper:]]', 'a', false],
  ['[[:upper:]]', 'A', true],
])('%s on %j is %s, as in Go', (pattern, text, matches) => {
  expect(compilePattern(pattern)(text)).toBe(matches);
});

it.each(['(', 'a(?=b)', '(a)\\1', '[z-a]'])('%s is no pattern', (pattern) => {
  expect(() => compilePattern(pattern)).toThrow(/error parsing regexp|invalid|missing/iu);
});

it('takes linear time for a pattern that blows up elsewhere', () => {
  expect(compilePattern('^(a+)+$')(`${'a'.repeat(20_000)}b`)).toBe(false);
});

it('keeps the patterns that were used last', () => {
  const first = compilePattern('kept');
  expect(compilePattern('kept')).toBe(first);
  for (let at = 0; at < 70; at += 1) compilePattern(`other${at}`);
  expect(compilePattern('kept')).not.toBe(first);
});
