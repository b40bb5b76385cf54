/** A pod as people write it. */
export function aPod(
  name: string,
  annotations: Readonly<Record<string, string>> = {},
  spec: object = {},
): object {
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name, namespace: 'shop', annotations },
    spec: {
      serviceAccountName: 'default',
      automountServiceAccountToken: false,
      containers: [{ name: 'app', image: 'registry.test/app:1' }],
      ...spec,
    },
  };
}

/** A ClusterStore that the pods of every namespace may use. */
export const vaultStore = {
  apiVersion: 'mayfly.dev/v1alpha1',
  kind: 'ClusterStore',
  metadata: { name: 'vault' },
  spec: {
    provider: {
      vault: {
        address: 'https://vault.test:8200',
        login: { method: 'kubernetes', role: '{{namespace}}' },
      },
    },
    namespaceSelector: {},
  },
};

/** What asks for one file of that store. */
export const asking = { 'mayfly.dev/secret.db': 'cluster/vault:secret/data/shop/db#password' };
