import { describe, expect, it } from '@jest/globals';
import { parseGitUrl } from '#core/git/address/git-url.ts';
import {
  matchUrlPattern,
  parseUrlPattern,
  renderHostEntry,
} from '#core/git/address/url-pattern.ts';

function matches(pattern: string, url: string): boolean {
  const parsed = parseUrlPattern(pattern);
  if (parsed === null) throw new Error('the test expects a pattern');
  return matchUrlPattern(parsed, parseGitUrl(url));
}

describe('the URL patterns of a TenantPolicy', () => {
  it.each([
    ['https://git.test/a/**', 'https://git.test/a/b/c.git'],
    ['https://git.test/a/', 'https://git.test/a/b'],
    ['https://git.test/', 'https://git.test/any/thing'],
    ['https://git.test/a/app', 'https://git.test/a/app.git'],
    ['https://git.test/a/app.git', 'https://git.test/a/app'],
    ['https://git.test/a/*-config', 'https://git.test/a/team-config.git'],
    ['https://GIT.test:443/a/*', 'https://git.test/a/b'],
    ['https://*.test/a/*', 'https://deep.git.test/a/b'],
    ['https://git.test:8443/a/*', 'https://git.test:8443/a/b'],
    ['ssh://git@git.test/a/*', 'ssh://git@git.test/a/b'],
    ['ssh://git.test/a/*', 'ssh://anybody@git.test/a/b'],
    ['https://git.test/grün/*', 'https://git.test/gr%C3%BCn/b'],
    ['https://[::1]:8443/a/*', 'https://[0::1]:8443/a/b'],
  ])('%s has %s', (pattern, url) => {
    expect(matches(pattern, url)).toBe(true);
  });

  it.each([
    ['https://git.test/a/*', 'https://git.test/a/b/c'],
    ['https://git.test/a/**', 'https://git.test/ab/c'],
    ['https://git.test/a/**', 'https://git.test/a/../b/c'],
    ['https://git.test/a/**', 'https://git.test/a/%2e%2e/b'],
    ['https://git.test/a/**', 'https://git.test/a/x%2f..%2f..%2fb/c'],
    ['https://git.test/a/**', 'https://git.test/a/%252e%252e/b'],
    ['https://git.test/a/**', 'https://git.test/a/..;/b/c'],
    ['https://git.test/a/**', 'https://git.test/a//b'],
    ['https://git.test/a/**', 'https://git.test/a/%5c..%5cb'],
    ['https://git.test/a/**', 'https://git.test/a/%ff/b'],
    ['https://git.test/a/**', 'https://git.test:8443/a/b'],
    ['https://git.test/a/**', 'ssh://git@git.test/a/b'],
    ['https://git.test/a/**', 'https://git.test.evil.test/a/b'],
    ['https://*.test/a/**', 'https://test/a/b'],
    ['https://*.test/a/**', 'https://eviltest/a/b'],
    ['ssh://git@git.test/a/**', 'ssh://root@git.test/a/b'],
  ])('%s has not %s', (pattern, url) => {
    expect(matches(pattern, url)).toBe(false);
  });

  it.each([
    'git.test/a',
    'http://git.test/a',
    'file:///a',
    'https://git.test',
    'https://me:secret@git.test/a',
    'https://git.*.test/a',
    'https://*/a',
    'https://*.[::1]/a',
    'https://*.127.0.0.1/a',
    'https://*.127.1/a',
    'https://git.test/a?b=c',
    'https://git.test/a#b',
    'https://git.test/../a',
    'https://git.test//a',
    'https://git.test:99999/a',
    'https://git.test/gr%C3%BCn',
    'https://git.test/a%2f..',
  ])('%s is no pattern', (pattern) => {
    expect(parseUrlPattern(pattern)).toBeNull();
  });

  it.each([
    ['https://git.test/a', 'git.test:443'],
    ['ssh://git.test/a', 'git.test:22'],
    ['https://*.git.test/a', '*.git.test'],
    ['https://[::1]:8443/a', '[::1]:8443'],
  ])('%s lets git speak to %s', (pattern, entry) => {
    const parsed = parseUrlPattern(pattern);
    expect(parsed === null ? null : renderHostEntry(parsed)).toBe(entry);
  });
});
