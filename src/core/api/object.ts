/** The only place that spells Mayfly's API group, version and metadata keys. */
export const apiGroup = 'mayfly.dev';
export const apiVersion = 'mayfly.dev/v1alpha1';

/** Kinds that live in a namespace, written by its tenants. */
export const namespacedKindNames = [
  'GitSource',
  'EphemeralSecret',
  'Store',
  'AccessPolicy',
] as const;
export type NamespacedKindName = (typeof namespacedKindNames)[number];

/** Kinds that there are without a cluster too. There all are written by the administrator. */
export const localKindNames = [
  ...namespacedKindNames,
  'ClusterStore',
  'ClusterAccessPolicy',
  'TokenIssuer',
] as const;
export type LocalKindName = (typeof localKindNames)[number];

export const kindNames = [...localKindNames, 'TenantPolicy'] as const;
export type KindName = (typeof kindNames)[number];

/** How the Kubernetes API names a kind of ours. */
export interface KindResource {
  /** As in paths. */
  readonly plural: string;
  readonly scope: 'Namespaced' | 'Cluster';
}

export const kindResources: Readonly<Record<KindName, KindResource>> = {
  GitSource: { plural: 'gitsources', scope: 'Namespaced' },
  EphemeralSecret: { plural: 'ephemeralsecrets', scope: 'Namespaced' },
  Store: { plural: 'stores', scope: 'Namespaced' },
  AccessPolicy: { plural: 'accesspolicies', scope: 'Namespaced' },
  ClusterStore: { plural: 'clusterstores', scope: 'Cluster' },
  ClusterAccessPolicy: { plural: 'clusteraccesspolicies', scope: 'Cluster' },
  TokenIssuer: { plural: 'tokenissuers', scope: 'Cluster' },
  TenantPolicy: { plural: 'tenantpolicies', scope: 'Cluster' },
};

/** Labels and annotations of Mayfly's own. */
export const keys = {
  managed: 'mayfly.dev/managed',
  expiresAt: 'mayfly.dev/expires-at',
  issuedAt: 'mayfly.dev/issued-at',
  revision: 'mayfly.dev/revision',
  source: 'mayfly.dev/source',
  path: 'mayfly.dev/path',
  digest: 'mayfly.dev/digest',
  lease: 'mayfly.dev/lease',
  reconcileAt: 'mayfly.dev/reconcile-at',
  force: 'mayfly.dev/force',
} as const;

export interface ObjectRef {
  readonly kind: KindName;
  /** The empty text for a kind of the cluster. */
  readonly namespace: string;
  readonly name: string;
}

export interface ObjectMeta {
  /** The empty text for a kind of the cluster. */
  readonly namespace: string;
  readonly name: string;
  readonly uid: string;
  readonly resourceVersion: string;
  /** Counts changes of the spec. */
  readonly generation: number;
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
  /** RFC 3339. */
  readonly creationTimestamp: string;
  readonly deletionTimestamp?: string;
}

/** What an object that no API server keeps says of being kept. */
export const unstored: Pick<
  ObjectMeta,
  'uid' | 'resourceVersion' | 'generation' | 'creationTimestamp'
> = { uid: '', resourceVersion: '', generation: 0, creationTimestamp: '' };

/** An object as it is stored. `spec` and `status` come from outside: validate before use. */
export interface StoredObject {
  readonly kind: KindName;
  readonly metadata: ObjectMeta;
  readonly spec: unknown;
  readonly status: unknown;
}

/** `namespace/name`, as messages show it; the name alone of an object of the cluster. */
export function formatRef(ref: { readonly namespace: string; readonly name: string }): string {
  return ref.namespace === '' ? ref.name : `${ref.namespace}/${ref.name}`;
}
