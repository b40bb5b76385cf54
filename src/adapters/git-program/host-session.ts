import { lookup } from 'node:dns/promises';
import { mkdir, writeFile } from 'node:fs/promises';
import { isIP } from 'node:net';
import { join } from 'node:path';
import { createError } from '#core/errors/mayfly-error.ts';
import { parseGitUrl, type GitUrl } from '#core/git/address/git-url.ts';
import { checkAddress, checkHost, type HostPolicy } from '#core/git/address/host-policy.ts';
import type { GitRequest } from '#core/ports/git/git-repository.ts';
import type { SshAgent } from '#core/ports/ssh-agent.ts';
import { openCredentials, type Credentials } from './credentials.ts';
import type { SessionFolders } from './session-folders.ts';

/** Finds the addresses of a host name. */
export type ResolveHost = (host: string, signal: AbortSignal) => Promise<readonly string[]>;

/** Everything the git commands of one pass need to reach one host; nothing is looked up again. */
export interface HostSession {
  readonly url: GitUrl;
  readonly config: Readonly<Record<string, string>>;
  readonly credentials: Credentials;
  close(): Promise<void>;
}

export interface HostSessionOptions {
  readonly policy: HostPolicy;
  readonly folders: SessionFolders;
  readonly programs: string;
  readonly sshProgram: string;
  readonly sshAgent: SshAgent;
  readonly resolveHost: ResolveHost;
}

export async function openHostSession(
  request: GitRequest,
  given: HostSessionOptions,
  signal: AbortSignal,
): Promise<HostSession> {
  const url = parseGitUrl(request.url);
  const { hosts } = request;
  const options = hosts === undefined ? given : { ...given, policy: { allowedHosts: hosts } };
  checkHost(url, options.policy);
  const addresses = await findAddresses(url, options, signal);
  const { path: folder, remove } = await options.folders.open();
  try {
    const config = await renderHostConfig(request, { url, addresses, folder });
    const context = { ...options, url, address: addresses[0] ?? '', folder };
    const credentials = await openCredentials(request.auth, context);
    return {
      url,
      config,
      credentials,
      close: async () => {
        await credentials.close();
        await remove();
      },
    };
  } catch (error) {
    await remove();
    throw error;
  }
}

async function findAddresses(
  url: GitUrl,
  options: HostSessionOptions,
  signal: AbortSignal,
): Promise<readonly string[]> {
  const addresses = isIP(url.host) > 0 ? [url.host] : await options.resolveHost(url.host, signal);
  if (addresses.length === 0) throw createError('MAYFLY_GIT_HOST_UNRESOLVED', { host: url.host });
  for (const address of addresses) checkAddress(url, address, options.policy);
  return addresses;
}

interface HostPlace {
  readonly url: GitUrl;
  readonly addresses: readonly string[];
  readonly folder: string;
}

async function renderHostConfig(
  request: GitRequest,
  place: HostPlace,
): Promise<Readonly<Record<string, string>>> {
  const { url, addresses } = place;
  const seconds = String(Math.ceil(request.timeoutMs / 1000));
  const config: Record<string, string> = {
    'remote.origin.url': url.href,
    [`protocol.${url.scheme}.allow`]: 'always',
    // Should this process die, git ends by itself when nothing moves any more.
    'http.lowSpeedLimit': '1',
    'http.lowSpeedTime': seconds,
  };
  if (url.scheme === 'https' && isIP(url.host) === 0) {
    const shown = addresses.map((address) => (isIP(address) === 6 ? `[${address}]` : address));
    config['http.curloptResolve'] = `${url.host}:${url.port}:${shown.join(',')}`;
  }
  if (request.ca !== undefined) await writeAuthorities(request.ca, place, config);
  return config;
}

/** The empty folder keeps the system's own authorities out. */
async function writeAuthorities(
  ca: string,
  { url, folder }: HostPlace,
  config: Record<string, string>,
): Promise<void> {
  if (!ca.includes('-----BEGIN CERTIFICATE-----')) {
    throw createError('MAYFLY_GIT_CA_INVALID', { host: url.host });
  }
  const empty = join(folder, 'no-authorities');
  await mkdir(empty, { mode: 0o700 });
  await writeFile(join(folder, 'ca.pem'), ca, { mode: 0o600 });
  config['http.sslCAInfo'] = join(folder, 'ca.pem');
  config['http.sslCAPath'] = empty;
}

/** Asks the system's resolver; its failure is `unavailable`. */
export async function resolveWithSystem(
  host: string,
  signal: AbortSignal,
): Promise<readonly string[]> {
  const aborted = new Promise<never>((_, reject) => {
    signal.addEventListener('abort', () => reject(signal.reason as Error), { once: true });
  });
  const found = lookup(host, { all: true }).catch((cause: unknown) => {
    throw createError('MAYFLY_GIT_HOST_UNRESOLVED', { host }, { cause });
  });
  const addresses = await Promise.race([found, aborted]);
  return addresses.map(({ address }) => address);
}
