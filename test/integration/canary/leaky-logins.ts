import { canary } from '#test/support/canary/find-canary.ts';
import type { TestGitServer } from '#test/support/git-server/create-test-git-server.ts';
import {
  createTestKeyPair,
  type TestSshServer,
} from '#test/support/git-server/create-test-ssh-server.ts';
import type { Stage } from '#test/support/stage/create-stage.ts';

/** The git hosts that are logged in to, all with the canary. */
export interface Hosts {
  readonly stage: Stage;
  readonly basic: TestGitServer;
  readonly bearer: TestGitServer;
  readonly ssh: TestSshServer;
  /** Where a host takes what it is sent and never answers. */
  readonly stalled: number;
}

/** The key that the ssh host lets in, and another one; the canary is their passphrase. */
export const pair = createTestKeyPair('ed25519', canary);
export const stranger = createTestKeyPair('ed25519', canary);

/** A login with the canary, and what must be told of it; `Verified` is no code. */
export interface Login {
  readonly name: string;
  readonly code: string | null;
  readonly source: (hosts: Hosts) => Promise<object>;
}

async function withKeys(
  { stage }: Hosts,
  name: string,
  keys: Readonly<Record<string, string>>,
): Promise<object> {
  for (const [key, content] of Object.entries(keys))
    await stage.writeKey(`${name}/${key}`, content);
  return { secretRef: { name } };
}

async function basicAuth(hosts: Hosts, name: string, password = canary): Promise<object> {
  const ref = await withKeys(hosts, name, {
    username: 'reader',
    password,
    'ca.crt': hosts.basic.caPem,
  });
  return { type: 'basic', ...ref };
}

async function sshAuth(
  hosts: Hosts,
  name: string,
  change: Readonly<Record<string, string>> = {},
): Promise<object> {
  const keys = { identity: pair.privateKey, password: canary, known_hosts: hosts.ssh.knownHosts };
  return { type: 'ssh', ...(await withKeys(hosts, name, { ...keys, ...change })) };
}

export const logins: readonly Login[] = [
  {
    name: 'a password that is right',
    code: null,
    source: async (hosts) => ({ url: hosts.basic.url, auth: await basicAuth(hosts, 'basic') }),
  },
  {
    name: 'a token that is right',
    code: null,
    source: async (hosts) => ({
      url: hosts.bearer.url,
      auth: {
        type: 'bearer',
        ...(await withKeys(hosts, 'bearer', { bearerToken: canary, 'ca.crt': hosts.bearer.caPem })),
      },
    }),
  },
  {
    name: 'an ssh key behind a passphrase',
    code: null,
    source: async (hosts) => ({ url: hosts.ssh.url, auth: await sshAuth(hosts, 'ssh') }),
  },
  {
    name: 'a passphrase that does not fit',
    code: 'MAYFLY_GIT_SSH_KEY_INVALID',
    source: async (hosts) => ({
      url: hosts.ssh.url,
      auth: await sshAuth(hosts, 'ssh-phrase', { password: `${canary}!` }),
    }),
  },
  {
    name: 'an ssh key that is the canary',
    code: 'MAYFLY_GIT_SSH_KEY_INVALID',
    source: async (hosts) => ({
      url: hosts.ssh.url,
      auth: await sshAuth(hosts, 'ssh-text', { identity: canary }),
    }),
  },
  {
    name: 'an ssh key that the host does not know',
    code: 'MAYFLY_GIT_UNAUTHENTICATED',
    source: async (hosts) => ({
      url: hosts.ssh.url,
      auth: await sshAuth(hosts, 'ssh-stranger', { identity: stranger.privateKey }),
    }),
  },
  {
    name: 'an ssh host that is not known',
    code: 'MAYFLY_GIT_HOST_KEY',
    source: async (hosts) => ({
      url: hosts.ssh.url,
      auth: await sshAuth(hosts, 'ssh-host', { known_hosts: 'other ssh-ed25519 AAAA\n' }),
    }),
  },
  {
    name: 'a password with a line break',
    code: 'MAYFLY_GIT_CREDENTIAL_INVALID',
    source: async (hosts) => ({
      url: hosts.basic.url,
      auth: await basicAuth(hosts, 'break', `${canary}\n${canary}`),
    }),
  },
  {
    name: 'a password without a name',
    code: 'MAYFLY_SYNC_CREDENTIALS_INCOMPLETE',
    source: async (hosts) => ({
      url: hosts.basic.url,
      auth: { type: 'basic', ...(await withKeys(hosts, 'half', { password: canary })) },
    }),
  },
  {
    name: 'certificates that are the canary',
    code: 'MAYFLY_GIT_CA_INVALID',
    source: async (hosts) => ({
      url: hosts.basic.url,
      auth: { type: 'none', ...(await withKeys(hosts, 'no-ca', { 'ca.crt': canary })) },
    }),
  },
  {
    name: 'a host that takes the password and stalls',
    code: 'MAYFLY_GIT_TIMEOUT',
    source: async (hosts) => ({
      url: `https://localhost:${hosts.stalled}/repository.git`,
      timeout: '3s',
      auth: await basicAuth(hosts, 'stall'),
    }),
  },
];
