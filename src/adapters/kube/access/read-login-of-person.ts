import type { RequestOptions } from 'node:https';
import type { KubeConfig } from '@kubernetes/client-node/dist/config.js';
import type { KubeCredentials } from '#core/ports/kube/kube-access.ts';
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
  return {
    context: config.getCurrentContext(),
    cluster: config.getCurrentCluster(),
    user: config.getCurrentUser(),
    readCredentials: async () => await readCredentials(config),
  };
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
