import type { SealedRepository } from '#test/support/stage/create-sealed-repository.ts';

export interface BrokerObjects {
  readonly namespace: string;
  readonly server: SealedRepository['server'];
  /** What opens the files of the repository. */
  readonly key: string;
  /** The API server as an issuer. */
  readonly issuer: string;
}

const own = { apiVersion: 'mayfly.dev/v1alpha1' };
const core = { apiVersion: 'v1' };
const rbac = 'rbac.authorization.k8s.io';

/**
 * What lets pods of the service account `web` read at the broker: the Store `repo`, of files below `production` of the
 * repository, and `settings`, of the Secret `app` of the namespace. Those of `stranger` are named nowhere.
 */
export function renderBrokerObjects(given: BrokerObjects): readonly object[] {
  const { namespace } = given;
  const named = [...renderCore(given), ...renderOwn(given)].map(({ name, ...content }) => {
    return { ...content, metadata: { namespace, name } };
  });
  const spec = { kind: 'kubernetes', issuer: given.issuer, keys: { cluster: {} } };
  return [...named, { ...own, kind: 'TokenIssuer', metadata: { name: 'this-cluster' }, spec }];
}

type Named = Readonly<Record<string, unknown>> & { readonly name: string };

function renderCore({ namespace, server, key }: BrokerObjects): readonly Named[] {
  const secret = { ...core, kind: 'Secret' };
  const accounts = ['web', 'stranger', 'mayfly-store'];
  return [
    ...accounts.map((name) => ({ ...core, kind: 'ServiceAccount', name })),
    { ...secret, name: 'sops-age', stringData: { 'keys.txt': key } },
    { ...secret, name: 'git-ca', stringData: { 'ca.crt': server.caPem } },
    { ...secret, name: 'app', stringData: { mode: 'careful' } },
    ...letRead('git-ca', { name: 'mayfly-broker', namespace: 'mayfly-system' }),
    ...letRead('app', { name: 'mayfly-store', namespace }),
  ];
}

function letRead(secret: string, account: object): readonly Named[] {
  const rights = { apiVersion: `${rbac}/v1`, name: `read-${secret}` };
  const rule = { apiGroups: [''], resources: ['secrets'], resourceNames: [secret], verbs: ['get'] };
  const roleRef = { apiGroup: rbac, kind: 'Role', name: rights.name };
  return [
    { ...rights, kind: 'Role', rules: [rule] },
    { ...rights, kind: 'RoleBinding', roleRef, subjects: [{ kind: 'ServiceAccount', ...account }] },
  ];
}

function renderOwn({ server }: BrokerObjects): readonly Named[] {
  const auth = { type: 'none', secretRef: { name: 'git-ca' } };
  const decryption = { keys: [{ secretRef: { name: 'sops-age' } }] };
  const git = { sourceRef: { name: 'repo' }, path: 'production', decryption };
  const store = { ...own, kind: 'Store' };
  const login = { serviceAccountName: 'mayfly-store' };
  const subjects = [{ pod: { issuer: 'this-cluster', serviceAccounts: ['web'] } }];
  const grants = [
    { store: 'repo', paths: ['db.yaml'], maxTtl: '1h' },
    { store: 'settings', paths: ['app'], maxTtl: '1h' },
  ];
  return [
    {
      ...own,
      kind: 'GitSource',
      name: 'repo',
      spec: { url: server.url, ref: { branch: 'main' }, auth },
    },
    { ...store, name: 'repo', spec: { provider: { git }, policy: 'web' } },
    { ...store, name: 'settings', spec: { provider: { kubernetes: {} }, ...login, policy: 'web' } },
    { ...own, kind: 'AccessPolicy', name: 'web', spec: { subjects, grants } },
  ];
}
