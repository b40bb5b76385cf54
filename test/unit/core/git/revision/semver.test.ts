import { describe, expect, it } from '@jest/globals';
import { compareVersions, parseVersion, parseVersionRange } from '#core/git/revision/semver.ts';

function isWithin(range: string, version: string): boolean | null {
  const parsed = parseVersion(version);
  const test = parseVersionRange(range);
  return parsed === null || test === null ? null : test(parsed);
}

describe('versions', () => {
  it('are ordered as semver.org says', () => {
    const ordered = [
      '0.9.9',
      '1.0.0-0',
      '1.0.0-alpha',
      '1.0.0-alpha.1',
      '1.0.0-alpha.beta',
      '1.0.0-beta',
      '1.0.0-beta.2',
      '1.0.0-beta.11',
      '1.0.0-rc.1',
      '1.0.0',
      'v1.0.1',
      '1.2.0+build.7',
      '2.0.0',
      '10.0.0',
    ].map((text) => parseVersion(text));
    for (const [index, left] of ordered.entries()) {
      for (const [other, right] of ordered.entries()) {
        if (left === null || right === null) throw new Error('a version was not read');
        expect(Math.sign(compareVersions(left, right))).toBe(Math.sign(index - other));
      }
    }
  });

  it.each(['1', '1.2', '1.2.3.4', '01.2.3', '1.2.x', 'release-1.2.3', '1.2.3-', '1.2.3-a..b', ''])(
    '%j is none',
    (text) => {
      expect(parseVersion(text)).toBeNull();
    },
  );
});

describe('a range of versions', () => {
  it.each([
    ['1.2.3', '1.2.3', true],
    ['=1.2.3', 'v1.2.3', true],
    ['1.2.3', '1.2.4', false],
    ['>=1.2.0 <2.0.0', '1.9.9', true],
    ['>=1.2.0,<2.0.0', '2.0.0', false],
    ['>1.2', '1.2.9', false],
    ['>1.2', '1.3.0', true],
    ['>1.2.3', '1.2.4', true],
    ['<=1.2', '1.2.9', true],
    ['<=1.2', '1.3.0', false],
    ['<=1.2.3', '1.2.3', true],
    ['<1.2', '1.1.9', true],
    ['^1.2.3', '1.9.0', true],
    ['^1.2.3', '2.0.0', false],
    ['^1.2.3', '1.2.2', false],
    ['^0.2.3', '0.2.9', true],
    ['^0.2.3', '0.3.0', false],
    ['^0.0.3', '0.0.4', false],
    ['^1', '1.9.9', true],
    ['^0.1', '0.1.9', true],
    ['~1.2.3', '1.2.9', true],
    ['~1.2.3', '1.3.0', false],
    ['~1.2', '1.2.0', true],
    ['~1', '1.9.0', true],
    ['~1', '2.0.0', false],
    ['1.x', '1.4.0', true],
    ['1.2.*', '1.3.0', false],
    ['*', '0.0.1', true],
    ['>*', '0.0.1', false],
    ['>=*', '0.0.1', true],
    ['<=*', '9.0.0', true],
    ['1.x || 3.x', '3.1.0', true],
    ['1.x || 3.x', '2.1.0', false],
    ['>=1.0.0', '1.1.0-rc.1', false],
    ['>=1.1.0-rc.0', '1.1.0-rc.1', true],
    ['>=1.1.0-rc.0', '1.2.0-rc.1', false],
    ['1.1.0-rc.1', '1.1.0-rc.1', true],
  ])('%s and %s: %s', (range, version, expected) => {
    expect(isWithin(range, version)).toBe(expected);
  });

  it.each([
    '',
    ' ',
    'latest',
    '1.x.3',
    '1 ||',
    '|| 1',
    '>>1',
    '1.x-rc',
    '^',
    'a || b',
    '1'.repeat(300),
  ])('%j cannot be read', (range) => {
    expect(parseVersionRange(range)).toBeNull();
  });
});
