import type { NamespaceSelector } from './schema/tenant-policy-schema.ts';

/** Where a store is and how its certificate is proven. */
export interface StoreAddress {
  /** `https://host[:port]`, without a path; `http` is never allowed. */
  readonly address: string;
  /** PEM; null for the certificates of the system. */
  readonly ca: string | null;
  readonly serverName: string | null;
}

/** The login of whoever reads: a pod with its own token, or the broker as the Store's service account. */
export interface StoreLogin {
  readonly method: 'kubernetes' | 'jwt';
  readonly mount: string;
  /** May hold `{{namespace}}` and `{{serviceAccount}}` of who logs in. */
  readonly role: string;
}

/** Vault, or OpenBao. */
export interface VaultProvider extends StoreAddress {
  readonly kind: 'vault';
  readonly storeNamespace: string | null;
  /** What a token for it must be made for; the address itself unless said otherwise. */
  readonly audience: string;
  readonly login: StoreLogin;
}

/** Secrets of the Store's own namespace, served by the broker. */
export interface KubernetesProvider {
  readonly kind: 'kubernetes';
}

/** A Store or ClusterStore as it was written. Durations in milliseconds. */
export interface Store {
  /** As references name it: `NAME`, or `cluster/NAME`. */
  readonly name: string;
  /** The empty text for a ClusterStore. */
  readonly namespace: string;
  readonly provider: VaultProvider | KubernetesProvider;
  /** The namespaces that may use a ClusterStore; null for a Store, which is for its own. */
  readonly namespaceSelector: NamespaceSelector | null;
  /** As whom the broker and its own checks log in; a service account of the Store's namespace. */
  readonly serviceAccountName: string | null;
  readonly suspend: boolean;
}
