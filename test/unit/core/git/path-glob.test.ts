import { describe, expect, it } from '@jest/globals';
import { parsePathGlobs } from '#core/git/path-glob.ts';
import { expectCode } from '#test/support/expect-code.ts';

describe('path patterns', () => {
  it.each([
    ['a.yaml', 'a.yaml', true],
    ['a.yaml', 'b/a.yaml', false],
    ['*.yaml', 'a.yaml', true],
    ['*.yaml', 'b/a.yaml', false],
    ['**/*.yaml', 'a.yaml', true],
    ['**/*.yaml', 'b/c/a.yaml', true],
    ['b/**', 'b/c/a.yaml', true],
    ['b/**', 'bb/a', false],
    ['b/', 'b/c/a.yaml', true],
    ['b/', 'b', true],
    ['b/**/d', 'b/d', true],
    ['b/**/d', 'b/c/c/d', true],
    ['b/**/d', 'b/c/c/e', false],
    ['**/x/**/y', 'a/x/b/x/c/y', true],
    ['?.txt', 'ä.txt', true],
    ['?.txt', '😀.txt', true],
    ['?.txt', 'ab.txt', false],
    ['a*b*c', 'axxbxxc', true],
    ['a*b*c', 'axxbxx', false],
    ['*', '', true],
    ['a[b].txt', 'a[b].txt', true],
    ['a.txt', 'aXtxt', false],
  ])('%s on %s is %s', (pattern, path, expected) => {
    expect(parsePathGlobs([pattern])(path)).toBe(expected);
  });

  it('match everything when there are none, and what any of them matches', () => {
    expect(parsePathGlobs([])('any/path')).toBe(true);
    expect(parsePathGlobs(['a', 'b'])('b')).toBe(true);
  });

  it.each(['', '/a', 'a//b', '../a', 'a/../b', './a', 'x'.repeat(1025)])(
    '%j is refused',
    async (pattern) => {
      await expectCode(() => parsePathGlobs([pattern]), 'MAYFLY_GIT_INCLUDE_INVALID');
    },
  );

  it('take no exponential time', () => {
    const matches = parsePathGlobs([`${'a*'.repeat(300)}b`, `${'**/a/'.repeat(100)}b`]);
    const start = performance.now();
    expect(matches('a'.repeat(1000))).toBe(false);
    expect(matches(`${'a/'.repeat(500)}c`)).toBe(false);
    expect(performance.now() - start).toBeLessThan(1000);
  });
});
