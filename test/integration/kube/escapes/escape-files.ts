import type { ErrorCode } from '#core/errors/catalogue.ts';
import type { Encrypting } from '#test/support/sops/encrypting.ts';

/** What a tenant commits to get at what is not theirs, and the clause that refuses it. */
export interface EscapeFile {
  readonly escape: string;
  readonly code: ErrorCode;
  /** Words of the message. */
  readonly says: string;
  readonly path: string;
  /** Null for a symbolic link to `target`. */
  readonly content: ((encrypting: Encrypting) => Promise<string>) | null;
  readonly target?: string;
}

const rule = { kind: 'encrypted-regex', pattern: '^(data|stringData)$' } as const;

function manifest(change: object, metadata: object = {}): EscapeFile['content'] {
  const whole = {
    apiVersion: 'v1',
    kind: 'Secret',
    metadata: { name: 'loot', ...metadata },
    stringData: { password: 'of the tenant' },
    ...change,
  };
  return async ({ encrypt }) => await encrypt('loot.yaml', JSON.stringify(whole), { rule });
}

type Row = readonly [escape: string, says: string, content: EscapeFile['content']];

const refused: readonly Row[] = [
  ['another namespace', 'metadata.namespace', manifest({}, { namespace: 'victim' })],
  [
    'the namespace of the cluster',
    'metadata.namespace',
    manifest({}, { namespace: 'kube-system' }),
  ],
  ["Mayfly's own namespace", 'metadata.namespace', manifest({}, { namespace: 'mayfly-system' })],
  [
    'a token of a service account',
    'type must be one of',
    manifest({ type: 'kubernetes.io/service-account-token' }),
  ],
  [
    'a token that lets nodes join',
    'type must be one of',
    manifest({ type: 'bootstrap.kubernetes.io/token' }),
  ],
  ['a release of Helm', 'type must be one of', manifest({ type: 'helm.sh/release.v1' })],
  [
    'a label that gives Argo CD a cluster',
    'metadata.labels.argocd.argoproj.io/secret-type',
    manifest({}, { labels: { 'argocd.argoproj.io/secret-type': 'cluster' } }),
  ],
  [
    'an annotation that names a service account',
    'metadata.annotations.kubernetes.io/service-account.name',
    manifest({}, { annotations: { 'kubernetes.io/service-account.name': 'default' } }),
  ],
  [
    'an annotation that copies it elsewhere',
    'metadata.annotations.replicator.v1.mittwald.de/replicate-to',
    manifest({}, { annotations: { 'replicator.v1.mittwald.de/replicate-to': 'victim' } }),
  ],
  [
    'an owner',
    'metadata.ownerReferences',
    manifest({}, { ownerReferences: [{ apiVersion: 'v1', kind: 'Namespace', name: 'victim' }] }),
  ],
  ['a finalizer', 'metadata.finalizers', manifest({}, { finalizers: ['tenant.test/for-ever'] })],
  [
    'the label of a lease',
    'metadata.labels.mayfly.dev/managed',
    manifest({}, { labels: { 'mayfly.dev/managed': 'false' } }),
  ],
  [
    'an end of its own choice',
    'metadata.annotations.mayfly.dev/expires-at',
    manifest({}, { annotations: { 'mayfly.dev/expires-at': '2100-01-01T00:00:00Z' } }),
  ],
  ['what cannot be repaired', 'immutable', manifest({ immutable: true })],
];

const others: readonly EscapeFile[] = [
  {
    escape: 'a right instead of a Secret',
    code: 'MAYFLY_SYNC_MANIFEST_REFUSED',
    says: 'roleRef',
    path: 'escapes/right.yaml',
    content: manifest({ kind: 'ClusterRoleBinding', roleRef: { name: 'cluster-admin' } }),
  },
  {
    escape: 'a kind that is no Secret',
    code: 'MAYFLY_SYNC_MANIFEST_INVALID',
    says: 'is not a v1 Secret',
    path: 'escapes/kind.yaml',
    content: manifest({ kind: 'ConfigMap' }),
  },
  {
    escape: 'a link to the token of the controller',
    code: 'MAYFLY_GIT_SYMLINK',
    says: 'symbolic link',
    path: 'escapes/link.yaml',
    content: null,
    target: '/var/run/secrets/kubernetes.io/serviceaccount/token',
  },
  {
    escape: 'a link out of the folder',
    code: 'MAYFLY_GIT_SYMLINK',
    says: 'symbolic link',
    path: 'escapes/up.yaml',
    content: null,
    target: '../../../../etc/passwd',
  },
  {
    escape: 'a file larger than is read',
    code: 'MAYFLY_GIT_FILE_TOO_LARGE',
    says: 'limits.fileBytes',
    path: 'escapes/huge.yaml',
    content: async () => 'x'.repeat(6 * 1024 * 1024),
  },
  {
    escape: 'a Secret larger than etcd takes',
    code: 'MAYFLY_SYNC_TOO_LARGE',
    says: 'larger than',
    path: 'escapes/fat.yaml',
    content: manifest({ stringData: { a: 'x'.repeat(1_049_000) } }),
  },
  {
    escape: 'a path that is special elsewhere',
    code: 'MAYFLY_GIT_PATH_UNSAFE',
    says: 'treat specially',
    path: 'escapes/up\\..\\..\\x.yaml',
    content: async () => 'x',
  },
];

export const escapeFiles: readonly EscapeFile[] = [
  ...refused.map(([escape, says, content], index) => ({
    escape,
    code: 'MAYFLY_SYNC_MANIFEST_REFUSED' as const,
    says,
    path: `escapes/refused-${index}.yaml`,
    content,
  })),
  ...others,
];
