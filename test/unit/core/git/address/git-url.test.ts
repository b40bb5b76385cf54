import { describe, expect, it } from '@jest/globals';
import { parseGitUrl } from '#core/git/address/git-url.ts';
import { expectCode } from '#test/support/expect-code.ts';

describe('a git URL', () => {
  it.each([
    [
      'https://Git.Example.org/team/repo.git',
      'git.example.org',
      443,
      'https://git.example.org/team/repo.git',
    ],
    ['https://example.org:443/r', 'example.org', 443, 'https://example.org/r'],
    ['https://example.org:8443/r', 'example.org', 8443, 'https://example.org:8443/r'],
    ['https://example.org./r', 'example.org', 443, 'https://example.org/r'],
    ['https://[::1]:8443/r', '::1', 8443, 'https://[::1]:8443/r'],
    ['https://2130706433/r', '127.0.0.1', 443, 'https://127.0.0.1/r'],
    ['ssh://git@Example.org/r', 'example.org', 22, 'ssh://git@example.org/r'],
    [
      'ssh://git@example.org:2222/~user/r',
      'example.org',
      2222,
      'ssh://git@example.org:2222/~user/r',
    ],
    ['ssh://git@0x7f.1/r', '127.0.0.1', 22, 'ssh://git@127.0.0.1/r'],
    ['ssh://git@[fe80::1]/r', 'fe80::1', 22, 'ssh://git@[fe80::1]/r'],
  ])('%s is read and rendered anew', (...[text, host, port, href]) => {
    expect(parseGitUrl(text)).toMatchObject({ host, port, href });
  });

  it.each([
    '-u./evil',
    '--upload-pack=touch /tmp/owned',
    '',
    'git@example.org:team/repo.git',
    '/srv/repo.git',
    './repo.git',
    'https://example.org/a b',
    'https://example.org/a\nb',
    'https://example.org/a%0ab',
    'https://example.org/a%00b',
    'https://example.org/r?x=1',
    'https://example.org/r#x',
    'https://example.org/r?',
    'https://example.org',
    'https://example.org/',
    'https:\\\\example.org\\r',
    'https://exämple.org/r',
    'https://[fe80::1%25eth0]/r',
    'ssh://example.org/r',
    'ssh://-oProxyCommand=x@example.org/r',
    'ssh://git@-oProxyCommand=x/r',
    'ssh://git@exa$mple/r',
    `https://example.org/${'a'.repeat(2048)}`,
  ])('%j is refused', async (text) => {
    await expectCode(() => parseGitUrl(text), 'MAYFLY_GIT_URL_SYNTAX');
  });

  it.each([
    'ext::sh -c touch% /tmp/owned',
    'ext::sh',
    'file:///etc',
    'http://example.org/r',
    'git://example.org/r',
    'ftp://example.org/r',
    'example.org:team/r',
    'fd::3',
    'javascript:alert',
  ])('%j has no scheme that is spoken', async (text) => {
    const error = await Promise.resolve()
      .then(() => parseGitUrl(text))
      .catch((caught: unknown) => caught);
    expect(['MAYFLY_GIT_URL_SCHEME', 'MAYFLY_GIT_URL_SYNTAX']).toContain(
      (error as { code?: string }).code,
    );
  });

  it('says so when the scheme is another one', async () => {
    await expectCode(() => parseGitUrl('file:///etc/passwd'), 'MAYFLY_GIT_URL_SCHEME');
  });

  it.each([
    'https://user@example.org/r',
    'https://u:p@example.org/r',
    'ssh://git:pw@example.org/r',
  ])('%s carries credentials', async (text) => {
    const error = await expectCode(() => parseGitUrl(text), 'MAYFLY_GIT_URL_CREDENTIALS');
    expect(error.message).not.toMatch(/u:p|pw/u);
  });
});
