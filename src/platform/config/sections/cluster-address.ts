import { isIPv6 } from 'node:net';

/** Where the API server is, as a pod is told by its environment; null outside of a cluster. */
export function readClusterAddress(environment: NodeJS.ProcessEnv = process.env): string | null {
  const host = environment['KUBERNETES_SERVICE_HOST'];
  const port = environment['KUBERNETES_SERVICE_PORT'];
  if (!host || !port) return null;
  return `https://${isIPv6(host) ? `[${host}]` : host}:${port}`;
}
