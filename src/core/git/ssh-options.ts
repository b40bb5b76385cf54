import type { GitUrl } from './address/git-url.ts';

export interface SshPaths {
  readonly knownHosts: string;
  readonly agentSocket: string;
}

/**
 * The options of ssh for one connection: no configuration file, no key but the one in the agent, no host key
 * but those given, and the address that was checked instead of a look-up.
 */
export function renderSshOptions(url: GitUrl, address: string, paths: SshPaths): readonly string[] {
  const alias = url.port === 22 ? url.host : `[${url.host}]:${url.port}`;
  const options = {
    HostName: address,
    HostKeyAlias: alias,
    StrictHostKeyChecking: 'yes',
    UserKnownHostsFile: paths.knownHosts,
    GlobalKnownHostsFile: '/dev/null',
    UpdateHostKeys: 'no',
    CheckHostIP: 'no',
    IdentityAgent: paths.agentSocket,
    IdentityFile: 'none',
    BatchMode: 'yes',
    PreferredAuthentications: 'publickey',
    ForwardAgent: 'no',
    ForwardX11: 'no',
    ClearAllForwardings: 'yes',
    PermitLocalCommand: 'no',
    ProxyCommand: 'none',
    ProxyJump: 'none',
    ControlMaster: 'no',
    ControlPath: 'none',
    CanonicalizeHostname: 'no',
    ConnectTimeout: '20',
    ServerAliveInterval: '15',
    ServerAliveCountMax: '3',
  };
  return [
    '-F',
    '/dev/null',
    ...Object.entries(options).flatMap(([key, value]) => ['-o', `${key}=${value}`]),
  ];
}
