import type { KubeConfig } from '@kubernetes/client-node/dist/config.js';
import type { RequestOptions } from 'node:https';
import { createError } from '#core/errors/mayfly-error.ts';
import type { KubeAccess, KubeCredentials } from '#core/ports/kube/kube-access.ts';
import type { Clock } from '#core/ports/time.ts';
import { isRecord } from '#platform/config/parse-value.ts';

export interface KubeAccessOptions {
  /** A file. Default: the service account of the pod; for a person first what `KUBECONFIG` names, or `~/.kube/config`. */
  readonly kubeconfig?: string | undefined;
  /** Default: the current context of the configuration. */
  readonly context?: string | undefined;
  /** Whether a person runs this as a command of theirs: then programs that their configuration names may be run. */
  readonly isPerson: boolean;
}

/** How long credentials are used before their files are looked at again. */
const freshMs = 10_000;

/**
 * Reads the configuration of a cluster as kubectl does and tries its credentials. Throws `MAYFLY_KUBE_CONFIG` when
 * there is none, when it cannot be read, and when it asks for what is not done: a server that is not verified, proxies,
 * passwords, and logins by programs or by other servers where a program of ours must not do so.
 */
export async function openKubeAccess(
  options: KubeAccessOptions,
  clock: Clock,
): Promise<KubeAccess> {
  const config = await loadConfig(options);
  const server = readServer(config);
  checkUser(config, options);
  const { isPerson } = options;
  const named = { ...options, context: config.getCurrentContext() };
  const access = {
    server,
    // Read anew each time, because the package keeps tokens of files. A program that was run remembers its answer.
    credentials: cacheFor(clock, async () =>
      readCredentials(isPerson ? config : await loadConfig(named)),
    ),
  };
  await attempt('its credentials cannot be read', () => access.credentials());
  return access;
}

/** Loaded when it is needed: the package brings tens of megabytes into the process. */
async function loadConfig(options: KubeAccessOptions): Promise<KubeConfig> {
  const { KubeConfig } = await import('@kubernetes/client-node/dist/config.js');
  const config = new KubeConfig();
  const { kubeconfig, context, isPerson } = options;
  await attempt('it cannot be read', () => {
    if (kubeconfig !== undefined) config.loadFromFile(kubeconfig);
    else if (isPerson) config.loadFromDefault();
    else config.loadFromCluster();
  });
  if (context !== undefined) config.setCurrentContext(context);
  return config;
}

function readServer(config: KubeConfig): string {
  const cluster = config.getCurrentCluster();
  if (cluster === null) throw refuse('it has no such context or cluster');
  if (cluster.skipTLSVerify) throw refuse('its server would not be verified');
  if (cluster.proxyUrl !== undefined) throw refuse('its server is behind a proxy');
  const server = URL.parse(cluster.server);
  if (server === null) throw refuse('it names no server');
  if (server.protocol !== 'https:') throw refuse('its server is not reached by https');
  return server.href;
}

function checkUser(config: KubeConfig, { isPerson }: KubeAccessOptions): void {
  const user = config.getCurrentUser();
  if (user === null) throw refuse('it has no such user');
  if (user.username !== undefined) throw refuse('its user has a password');
  const login: unknown = user.authProvider;
  const provider = isRecord(login) ? login['name'] : undefined;
  const isOwnLogin =
    user.exec === undefined && (provider === undefined || provider === 'tokenFile');
  if (!isOwnLogin && !isPerson) throw refuse('its user logs in by a program or by a server');
  // Also one whose `tokenFile` the package does not know: the server would take it for anybody.
  const means = [user.token, user.certData, user.certFile, user.exec, user.authProvider];
  if (means.every((one) => one === undefined)) {
    throw refuse('its user has neither a token nor a certificate');
  }
}

async function readCredentials(config: KubeConfig): Promise<KubeCredentials> {
  const options: RequestOptions = {};
  await config.applyToHTTPSOptions(options);
  const { ca, cert, key, servername } = options;
  const tls = { ca: toPem(ca), cert: toPem(cert), key: toPem(key), servername };
  const headers = Object.entries(options.headers ?? {});
  return {
    tls: Object.fromEntries(Object.entries(tls).filter(([, value]) => value !== undefined)),
    headers: Object.fromEntries(
      headers.map(([name, value]) => [name.toLowerCase(), String(value).trim()]),
    ),
  };
}

function toPem(value: unknown): string | undefined {
  if (typeof value === 'string') return value;
  return Buffer.isBuffer(value) ? value.toString('latin1') : undefined;
}

function cacheFor<T>(clock: Clock, read: () => Promise<T>): () => Promise<T> {
  let kept: Promise<T> | null = null;
  return () => {
    if (kept !== null) return kept;
    function forget(): void {
      kept = null;
    }
    kept = read();
    kept.catch(forget);
    clock.after(freshMs, forget);
    return kept;
  };
}

async function attempt(problem: string, step: () => unknown): Promise<void> {
  try {
    await step();
  } catch (error) {
    throw createError('MAYFLY_KUBE_CONFIG', { problem }, { cause: error });
  }
}

function refuse(problem: string): Error {
  return createError('MAYFLY_KUBE_CONFIG', { problem });
}
