import { describe, expect, it, jest } from '@jest/globals';
import { parseGlob, parsePathGlob } from '#core/trust/glob.ts';

describe('a glob of an attribute', () => {
  it.each([
    ['refs/heads/main', 'refs/heads/main', true],
    ['refs/heads/main', 'refs/heads/mainly', false],
    ['refs/heads/main', 'xrefs/heads/main', false],
    ['refs/heads/release-*', 'refs/heads/release-1', true],
    ['refs/heads/release-*', 'refs/heads/release-', true],
    ['refs/heads/release-*', 'refs/heads/release-1/refs/tags/v1', false],
    ['refs/heads/*', 'refs/heads/feature/x', false],
    ['refs/heads/*/*', 'refs/heads/feature/x', true],
    ['*', '', true],
    ['*-*', 'a-b-c', true],
    ['*-x', 'a-y-x', true],
    ['a*b*c', 'aXbYbZc', true],
    ['a*b*c', 'aXbYbZ', false],
    [
      'o/r/.github/workflows/*@refs/heads/main',
      'o/r/.github/workflows/a.yml@refs/heads/main',
      true,
    ],
    ['o/r/.github/workflows/*', 'o/r/.github/workflows/a.yml@refs', false],
    ['job:*', 'job:a:b', false],
    ['^.*$', 'anything', false],
    ['a?c', 'abc', false],
  ])('%s holds for %s: %s', (pattern, text, expected) => {
    expect(parseGlob(pattern)(text)).toBe(expected);
  });

  it.each([
    ['a*', 'a'],
    ['a-*', 'a-'],
  ])('takes time in proportion, of %s many times', (part, repeated) => {
    const pattern = `${part.repeat(100)}b`;
    const text = repeated.repeat(5000);
    const looks = jest.spyOn(String.prototype, 'charAt');
    const isMeant = parseGlob(pattern)(text);
    const count = looks.mock.calls.length;
    looks.mockRestore();
    expect(isMeant).toBe(false);
    expect(count).toBeGreaterThan(text.length);
    expect(count).toBeLessThan(10 * (text.length + pattern.length));
  });
});

describe('a path of a grant', () => {
  it.each([
    ['app/db', 'app/db', true],
    ['app/db', 'app/db/x', false],
    ['app/*', 'app/db', true],
    ['app/*', 'app', false],
    ['app/*', 'app/db/x', false],
    ['app/db-*', 'app/db-1:x@y', true],
    ['app/**', 'app/db/x', true],
    ['app/**', 'app', false],
    ['app/**', 'application/db', false],
    ['**', 'anything/at/all', true],
  ])('%s gives %s: %s', (pattern, path, expected) => {
    expect(parsePathGlob(pattern)(path)).toBe(expected);
  });
});
