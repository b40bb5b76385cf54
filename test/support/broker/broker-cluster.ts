import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { root } from '#test/support/arch/source-files.ts';
import type { Cluster } from '#test/support/cluster/create-cluster.ts';
import { brokerAudience } from '#test/support/issuer/real-claims.ts';

/** As whom the broker runs in a cluster. */
export const brokerAccount = 'system:serviceaccount:mayfly-system:mayfly-broker';

/** Of the store that the broker of tests has in memory. */
export const clusterVault = {
  provider: {
    vault: { address: 'https://vault.example.com', login: { method: 'jwt', role: 'x' } },
  },
  namespaceSelector: {},
};
export const clusterGrants = [{ store: 'cluster/vault', paths: ['app/*'], maxTtl: '15m' }];

/** One of ours, called `NAMESPACE/NAME`, or `NAME` of the cluster. */
export function anObject(kind: string, called: string, spec: object): string {
  const [name = '', namespace] = called.split('/').toReversed();
  const metadata = { name, ...(namespace !== undefined && { namespace }) };
  return JSON.stringify({ apiVersion: 'mayfly.dev/v1alpha1', kind, metadata, spec });
}

/** The kinds and the rights of the broker, and a namespace `shop` with the account `web`. */
export async function installBroker(cluster: Cluster): Promise<void> {
  const { kubectl } = cluster;
  for (const name of ['mayfly-system', 'shop']) await kubectl(['create', 'namespace', name]);
  await kubectl(['apply', '-k', join(root, 'manifests/crds')]);
  const rights = await readFile(join(root, 'manifests/components/broker/rbac.yaml'), 'utf8');
  await kubectl(['apply', '-f', '-'], { stdin: rights });
  await kubectl(['-n', 'shop', 'create', 'serviceaccount', 'web']);
}

/** What a pod of tests has beside what all have. */
export interface PodChange {
  readonly finalizers?: readonly string[];
  readonly nodeName?: string;
}

/** A pod that runs as `web`; answers a token of it. */
export async function startPod(
  cluster: Cluster,
  name: string,
  { finalizers = [], ...more }: PodChange = {},
): Promise<string> {
  const spec = {
    serviceAccountName: 'web',
    containers: [{ name: 'app', image: 'registry.example.com/shop:1' }],
    ...more,
  };
  const metadata = { name, namespace: 'shop', finalizers };
  const pod = JSON.stringify({ apiVersion: 'v1', kind: 'Pod', metadata, spec });
  await cluster.kubectl(['apply', '-f', '-'], { stdin: pod });
  const bound = ['--bound-object-kind=Pod', `--bound-object-name=${name}`];
  const args = ['-n', 'shop', 'create', 'token', 'web', `--audience=${brokerAudience}`, ...bound];
  return (await cluster.kubectl(args)).trim();
}

/** Asks for a pod to be deleted, and answers its deletion timestamp: until it is gone it is one that ends. */
export async function beginToDelete(
  { kubectl }: Cluster,
  name: string,
  graceSeconds: number,
): Promise<number> {
  const pod = ['-n', 'shop', 'pod', name];
  await kubectl(['delete', ...pod, '--wait=false', `--grace-period=${graceSeconds}`]);
  const path = '-o=jsonpath={.metadata.deletionTimestamp}';
  return Date.parse((await kubectl(['get', ...pod, path])).trim());
}
