/** The only place that spells Mayfly's API group, version and metadata keys. */
export const apiGroup = 'mayfly.dev';
export const apiVersion = 'mayfly.dev/v1alpha1';

export const kindNames = ['GitSource', 'EphemeralSecret'] as const;
export type KindName = (typeof kindNames)[number];

/** Labels and annotations of Mayfly's own. */
export const keys = {
  managed: 'mayfly.dev/managed',
  expiresAt: 'mayfly.dev/expires-at',
  issuedAt: 'mayfly.dev/issued-at',
  revision: 'mayfly.dev/revision',
  source: 'mayfly.dev/source',
  path: 'mayfly.dev/path',
  digest: 'mayfly.dev/digest',
  reconcileAt: 'mayfly.dev/reconcile-at',
  force: 'mayfly.dev/force',
} as const;

export interface ObjectRef {
  readonly kind: KindName;
  readonly namespace: string;
  readonly name: string;
}

export interface ObjectMeta {
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

/** An object as it is stored. `spec` and `status` come from outside: validate before use. */
export interface StoredObject {
  readonly kind: KindName;
  readonly metadata: ObjectMeta;
  readonly spec: unknown;
  readonly status: unknown;
}

/** `namespace/name`, as messages show it. */
export function formatRef(ref: { readonly namespace: string; readonly name: string }): string {
  return `${ref.namespace}/${ref.name}`;
}
