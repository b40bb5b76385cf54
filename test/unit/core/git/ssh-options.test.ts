import { describe, expect, it } from '@jest/globals';
import { parseGitUrl } from '#core/git/address/git-url.ts';
import { renderSshOptions } from '#core/git/ssh-options.ts';

const paths = { knownHosts: '/m/known_hosts', agentSocket: '/m/agent' };

describe('the options of ssh', () => {
  it('dial the checked address and look the host key up by name', () => {
    const url = parseGitUrl('ssh://git@git.example.org/r');
    const options = renderSshOptions(url, '192.0.2.7', paths);
    expect(options.slice(0, 2)).toEqual(['-F', '/dev/null']);
    for (const option of [
      'HostName=192.0.2.7',
      'HostKeyAlias=git.example.org',
      'StrictHostKeyChecking=yes',
      'UserKnownHostsFile=/m/known_hosts',
      'GlobalKnownHostsFile=/dev/null',
      'IdentityAgent=/m/agent',
      'ProxyCommand=none',
    ]) {
      expect(options[options.indexOf(option) - 1]).toBe('-o');
    }
  });

  it('name a port of its own as known_hosts does', () => {
    const url = parseGitUrl('ssh://git@git.example.org:2222/r');
    expect(renderSshOptions(url, '192.0.2.7', paths)).toContain(
      'HostKeyAlias=[git.example.org]:2222',
    );
  });
});
