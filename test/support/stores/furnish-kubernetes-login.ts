import type { Cluster } from '#test/support/cluster/create-cluster.ts';
import type { OpenVault } from '#test/support/vault/open-real-vault.ts';
import { makeAccountToken } from './make-account-token.ts';

/** The login `kubernetes`, with an account that reviews the tokens of the others. Once a cluster. */
export async function furnishKubernetesLogin(
  cluster: Cluster,
  ...vaults: readonly OpenVault[]
): Promise<void> {
  await cluster.kubectl(['create', 'serviceaccount', 'reviewer', '-n', 'shop']);
  await cluster.kubectl([
    'create',
    'clusterrolebinding',
    'reviewer',
    '--clusterrole=system:auth-delegator',
    '--serviceaccount=shop:reviewer',
  ]);
  for (const vault of vaults) await furnishLogin(cluster, vault);
}

async function furnishLogin(cluster: Cluster, { root: operator, url }: OpenVault): Promise<void> {
  await operator.call('POST', 'sys/auth/kubernetes', { type: 'kubernetes' });
  await operator.call('POST', 'auth/kubernetes/config', {
    kubernetes_host: cluster.url,
    kubernetes_ca_cert: cluster.caPem,
    token_reviewer_jwt: await makeAccountToken(cluster, 'reviewer', null),
  });
  await operator.call('POST', 'auth/kubernetes/role/shop-reader', {
    bound_service_account_names: ['mayfly-store', 'unbound'],
    bound_service_account_namespaces: ['shop'],
    audience: url,
    token_policies: ['app'],
  });
}
