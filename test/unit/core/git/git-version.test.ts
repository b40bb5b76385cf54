import { describe, expect, it } from '@jest/globals';
import { parseGitVersion } from '#core/git/git-version.ts';

describe('the version of git', () => {
  it.each([
    ['git version 2.37.0', true],
    ['git version 2.39.5 (Apple Git-154)\n', true],
    ['git version 2.51.0.windows.1', true],
    ['git version 3.0.0-rc1', true],
    ['git version 2.36.6', false],
    ['git version 1.99.1', false],
  ])('%j is supported: %s', (line, isSupported) => {
    expect(parseGitVersion(line)).toEqual({ isSupported });
  });

  it.each(['', 'git version', 'git version two', 'usage: git'])('%j is none', (line) => {
    expect(parseGitVersion(line)).toBeNull();
  });
});
