import type { RequestOptions } from 'node:https';
import type { KubeConfig } from '@kubernetes/client-node/dist/config.js';
import type { User } from '@kubernetes/client-node/dist/config_types.js';
import type { KubeCredentials } from '#core/ports/kube/kube-access.ts';
import { isRecord } from '#core/text/read-field.ts';
import { findKubeconfigs } from '#platform/config/sections/kubeconfig-files.ts';
import { readKubeconfigFile, readToken, withTokenFile } from './kubeconfig-file.ts';
import type { Login, LoginOptions } from './login.ts';

/**
 * For a command of a person: every way to log in that kubectl knows. The package is loaded here alone, because all of
 * these ways together bring tens of megabytes into the process.
 */
export async function readLoginOfPerson({ kubeconfig, context }: LoginOptions): Promise<Login> {
  const { KubeConfig } = await import('@kubernetes/client-node/dist/config.js');
  const config = new KubeConfig();
  if (kubeconfig === undefined) config.loadFromDefault();
  else config.loadFromFile(kubeconfig);
  if (context !== undefined) config.setCurrentContext(context);
  const files = kubeconfig === undefined ? findKubeconfigs() : [kubeconfig];
  const user = await readUser(config, files);
  return {
    context: config.getCurrentContext(),
    cluster: config.getCurrentCluster(),
    user,
    readCredentials: async () => {
      const credentials = await readCredentials(config);
      return hasTokenFile(user) ? await withToken(credentials, user) : credentials;
    },
  };
}

/** Of several files the first that names the user says where the token is. */
async function readUser(config: KubeConfig, files: readonly string[]): Promise<User | null> {
  const user = config.getCurrentUser();
  if (user === null) return null;
  for (const file of files) {
    const fields = await readKubeconfigFile(file).catch(() => null);
    const found = withTokenFile(user, fields?.['users'], file);
    if (found !== user) return found;
  }
  return user;
}

function hasTokenFile(user: User | null): user is User {
  const login: unknown = user?.authProvider;
  return isRecord(login) && login['name'] === 'tokenFile';
}

async function withToken({ tls, headers }: KubeCredentials, user: User): Promise<KubeCredentials> {
  const token = await readToken(user);
  return { tls, headers: { ...headers, authorization: `Bearer ${token ?? ''}` } };
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
