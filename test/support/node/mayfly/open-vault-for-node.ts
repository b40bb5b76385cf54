import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { requirePart } from '#test/support/parts.ts';
import { startVault, type RunningVault } from '#test/support/vault/start-vault.ts';
import type { TestNode } from '../create-node.ts';

/** Namespaces whose service accounts may read what is below `secret/data/NAMESPACE`. */
const vaultNamespaces = ['shop', 'open', 'quota'] as const;
type VaultNamespace = (typeof vaultNamespaces)[number];

/**
 * A real Vault that pods of the node reach, in which the service accounts of each namespace of {@link vaultNamespaces}
 * may read what is theirs, and the ClusterStore `vault` that leads to it.
 */
export async function openVaultForNode(node: TestNode): Promise<RunningVault> {
  const vault = await startVault(await requirePart('vault'), node.hostAddress);
  const { root, url, caPem } = vault;
  const keys = await readFile(join(node.cluster.folder, 'service-accounts.pub'), 'utf8');
  await root.call('POST', 'sys/auth/jwt', { type: 'jwt' });
  await root.call('POST', 'auth/jwt/config', {
    jwt_validation_pubkeys: [keys],
    bound_issuer: node.cluster.url,
  });
  for (const namespace of vaultNamespaces) await grant(vault, namespace);
  await root.call('POST', 'sys/mounts/secret', { type: 'kv', options: { version: '2' } });
  const provider = {
    vault: { address: url, ca: caPem, login: { method: 'jwt', role: '{{namespace}}' } },
  };
  await node.cluster.kubectl(['apply', '-f', '-'], {
    stdin: JSON.stringify({
      apiVersion: 'mayfly.dev/v1alpha1',
      kind: 'ClusterStore',
      metadata: { name: 'vault' },
      spec: { namespaceSelector: {}, provider },
    }),
  });
  return vault;
}

async function grant({ root, url }: RunningVault, namespace: VaultNamespace): Promise<void> {
  const path = { [`secret/data/${namespace}/*`]: { capabilities: ['read'] } };
  await root.call('PUT', `sys/policies/acl/${namespace}`, { policy: JSON.stringify({ path }) });
  await root.call('POST', `auth/jwt/role/${namespace}`, {
    role_type: 'jwt',
    user_claim: 'sub',
    bound_audiences: [url],
    bound_claims: { '/kubernetes.io/namespace': namespace },
    token_policies: [namespace],
    token_ttl: '5m',
  });
}

/** Writes a secret of a namespace; a key of it is then read as `cluster/vault:secret/data/NAMESPACE/NAME#KEY`. */
export async function writeSecret(
  { root }: RunningVault,
  path: `${VaultNamespace}/${string}`,
  data: Readonly<Record<string, string>>,
): Promise<void> {
  await root.call('POST', `secret/data/${path}`, { data });
}
