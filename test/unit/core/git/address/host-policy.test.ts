import { describe, expect, it } from '@jest/globals';
import { parseGitUrl } from '#core/git/address/git-url.ts';
import { checkAddress, checkHost } from '#core/git/address/host-policy.ts';
import { expectCode } from '#test/support/expect-code.ts';

const url = parseGitUrl('https://git.example.org:8443/r');

describe('the allowed hosts', () => {
  it.each([['git.example.org'], ['GIT.example.org'], ['git.example.org:8443'], ['*.example.org']])(
    '%s allows the host',
    (entry) => {
      expect(() => checkHost(url, { allowedHosts: [entry] })).not.toThrow();
    },
  );

  it.each([['example.org'], ['git.example.org:443'], ['*.git.example.org'], ['*.ample.org'], ['']])(
    '%j does not allow the host',
    async (entry) => {
      const check = (): void => checkHost(url, { allowedHosts: [entry] });
      await expectCode(check, 'MAYFLY_GIT_HOST_NOT_ALLOWED');
    },
  );

  it('allow every host when there is no list, and none when it is empty', async () => {
    expect(() => checkHost(url, { allowedHosts: null })).not.toThrow();
    await expectCode(() => checkHost(url, { allowedHosts: [] }), 'MAYFLY_GIT_HOST_NOT_ALLOWED');
  });

  it('name IPv6 addresses with or without brackets', () => {
    const address = parseGitUrl('https://[2606:4700::1]/r');
    for (const entry of ['2606:4700::1', '[2606:4700::1]', '[2606:4700::1]:443']) {
      expect(() => checkHost(address, { allowedHosts: [entry] })).not.toThrow();
    }
  });
});

describe('the address of a host', () => {
  it('may be public without an entry', () => {
    expect(() => checkAddress(url, '8.8.8.8', { allowedHosts: null })).not.toThrow();
  });

  it.each(['127.0.0.1', '10.0.0.1', '::1', '169.254.169.254', '::ffff:169.254.169.254', 'odd'])(
    '%s needs an entry',
    async (address) => {
      for (const allowedHosts of [null, ['*.example.org'], ['*.org']]) {
        const check = (): void => checkAddress(url, address, { allowedHosts });
        await expectCode(check, 'MAYFLY_GIT_ADDRESS_FORBIDDEN');
      }
    },
  );

  it('may be private or loopback when exactly this host is listed', () => {
    for (const address of ['127.0.0.1', '10.0.0.1', '::1', 'fd00::1']) {
      const check = (): void => checkAddress(url, address, { allowedHosts: ['git.example.org'] });
      expect(check).not.toThrow();
    }
  });

  it('may be a metadata address only when the address itself is listed', async () => {
    const policy = { allowedHosts: ['git.example.org'] };
    const check = (): void => checkAddress(url, '169.254.169.254', policy);
    await expectCode(check, 'MAYFLY_GIT_ADDRESS_FORBIDDEN');
    const listed = { allowedHosts: ['git.example.org', '169.254.169.254'] };
    expect(() => checkAddress(url, '169.254.169.254', listed)).not.toThrow();
  });
});

const disguises = [
  '127.1',
  '2130706433',
  '0x7f000001',
  '0x7f.0x0.0x0.0x1',
  '017700000001',
  '0177.0.0.1',
  '127.0.0.1.',
  '127.0.1',
  '%31%32%37.0.0.1',
  '１２７.0.0.1',
  '[::1]',
  '[0:0:0:0:0:0:0:1]',
  '[::ffff:127.0.0.1]',
  '[::ffff:7f00:1]',
  '[::127.0.0.1]',
  '[64:ff9b::7f00:1]',
  '[2002:7f00:1::]',
  '0',
  '0.0.0.0',
  '[::]',
  '169.254.169.254',
  '2852039166',
  '0xa9fea9fe',
  '0xa9.254.0xa9.254',
  '0251.0376.0251.0376',
  '169.254.43518',
  '169.16689662',
  '[::ffff:169.254.169.254]',
  '[::ffff:a9fe:a9fe]',
  '[64:ff9b::a9fe:a9fe]',
  '[fd00:ec2::254]',
  '[fe80::1]',
  '100.100.100.200',
];

describe('an address in disguise', () => {
  it.each(disguises.flatMap((host) => [`https://${host}/r`, `ssh://git@${host}/r`]))(
    '%s is not reached',
    (text) => {
      const reach = (): void => {
        const parsed = parseGitUrl(text);
        checkAddress(parsed, parsed.host, { allowedHosts: null });
      };
      expect(reach).toThrow(/^(?:the git URL cannot be read|host \S+ has the \S+ address \S+)$/u);
    },
  );
});
