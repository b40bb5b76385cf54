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

/** A pod that runs as `web`; answers a token of it. */
export async function startPod(cluster: Cluster, name: string): Promise<string> {
  const spec = {
    serviceAccountName: 'web',
    containers: [{ name: 'app', image: 'registry.example.com/shop:1' }],
  };
  const metadata = { name, namespace: 'shop' };
  const pod = JSON.stringify({ apiVersion: 'v1', kind: 'Pod', metadata, spec });
  await cluster.kubectl(['apply', '-f', '-'], { stdin: pod });
  const bound = ['--bound-object-kind=Pod', `--bound-object-name=${name}`];
  const args = ['-n', 'shop', 'create', 'token', 'web', `--audience=${brokerAudience}`, ...bound];
  return (await cluster.kubectl(args)).trim();
}
