import { apiVersion, kindResources, type KindName } from '#core/api/object.ts';
import {
  accessInStatus,
  accessPolicies,
  clusterAccessPolicies,
  tokenIssuers,
} from './wrong-access.ts';

/** A manifest with one mistake, and what its author is told. */
export interface WrongManifest {
  readonly mistake: string;
  readonly kind: KindName;
  readonly spec: object;
  /** Where the answer comes from: from the API server at once, or it stands in the status. */
  readonly from: 'admission' | 'status';
  /** The field path, and words of the answer. */
  readonly answer: readonly string[];
}

const source = { url: 'https://git.test/repo.git', ref: { branch: 'main' } };
const secret = {
  sourceRef: { name: 'repo' },
  path: 'apps',
  decryption: { keys: [{ secretRef: { name: 'keys' } }] },
  target: { manifests: {} },
};
const built = { name: 'db', from: 'json' };
const pick = { key: 'password', valuePath: ['db', 'password'] };
const policy = { namespaceSelector: { matchLabels: { team: 'a' } } };
const steering = ['belongs to another controller'];

function withTarget(change: object): object {
  return { ...secret, target: { secret: { ...built, ...change } } };
}

function withSelector(requirement: object): object {
  return { namespaceSelector: { matchExpressions: [{ key: 'team', ...requirement }] } };
}

export type WrongRow = readonly [mistake: string, spec: object, answer: readonly string[]];

const sources: readonly WrongRow[] = [
  ['no url', { ref: { branch: 'main' } }, ['spec.url', 'Required']],
  ['a plain http url', { ...source, url: 'http://git.test/a' }, ['spec.url', 'https:// or ssh://']],
  ['an scp-like url', { ...source, url: 'git@git.test:a' }, ['spec.url', 'https:// or ssh://']],
  [
    'a password in the url',
    { ...source, url: 'https://me:pw@git.test/a' },
    ['spec.url', 'without password'],
  ],
  ['a query in the url', { ...source, url: 'https://git.test/a?b=c' }, ['spec.url', 'query']],
  ['no ref', { url: source.url }, ['spec.ref', 'Required']],
  [
    'an empty ref',
    { ...source, ref: {} },
    ['spec.ref', 'exactly one of branch, tag, semver, commit'],
  ],
  [
    'two refs',
    { ...source, ref: { branch: 'main', tag: 'v1' } },
    ['spec.ref', 'exactly one of branch, tag, semver, commit'],
  ],
  [
    'a short commit id',
    { ...source, ref: { commit: 'abc1234' } },
    ['spec.ref.commit', 'full commit id'],
  ],
  [
    'a bad branch name',
    { ...source, ref: { branch: 'a b' } },
    ['spec.ref.branch', 'name of a git reference'],
  ],
  [
    'an unknown auth type',
    { ...source, auth: { type: 'token' } },
    ['spec.auth.type', 'Unsupported value', '"bearer"'],
  ],
  [
    'auth without its Secret',
    { ...source, auth: { type: 'basic' } },
    ['spec.auth.secretRef', 'must name a Secret'],
  ],
  [
    'an ssh key for https',
    { ...source, auth: { type: 'ssh', secretRef: { name: 'a' } } },
    ['spec.auth.type', 'must not be ssh for https'],
  ],
  [
    'no duration',
    { ...source, interval: '5 minutes' },
    ['spec.interval', 'must be a duration such as 90s'],
  ],
  [
    'a number as duration',
    { ...source, interval: 60 },
    ['spec.interval', 'must be of type string'],
  ],
  [
    'too short an interval',
    { ...source, interval: '10ms' },
    ['spec.interval', 'must be at least 1s'],
  ],
  [
    'too long a timeout',
    { ...source, timeout: '1h' },
    ['spec.timeout', 'must be between 1s and 10m'],
  ],
  [
    'too large a file',
    { ...source, limits: { fileBytes: 99_000_000 } },
    ['spec.limits.fileBytes', 'less than or equal to 5242880'],
  ],
  [
    'an absolute path to include',
    { ...source, include: ['/etc'] },
    ['spec.include[0]', 'without a leading slash'],
  ],
  [
    'a hook without its Secret',
    { ...source, hook: { type: 'github' } },
    ['spec.hook.secretRef', 'Required'],
  ],
  ['a misspelt field', { ...source, intervall: '1m' }, ['unknown field "spec.intervall"']],
];

const secrets: readonly WrongRow[] = [
  [
    'a namespace in a reference',
    { ...secret, sourceRef: { name: 'repo', namespace: 'b' } },
    ['unknown field "spec.sourceRef.namespace"'],
  ],
  ['no target', { ...secret, target: {} }, ['spec.target', 'exactly one of manifests, secret']],
  [
    'two targets',
    { ...secret, target: { manifests: {}, secret: built } },
    ['spec.target', 'exactly one of manifests, secret'],
  ],
  [
    'a path out of the repository',
    { ...secret, path: 'a/../../b' },
    ['spec.path', 'must not leave the repository'],
  ],
  [
    'no decryption key',
    { ...secret, decryption: { keys: [] } },
    ['spec.decryption.keys', 'at least 1'],
  ],
  ['a lease too short', { ...secret, ttl: '1s' }, ['spec.ttl', 'must be at least 5s']],
  [
    'an unknown lifetime',
    { ...secret, lifetime: 'Forever' },
    ['spec.lifetime', 'Unsupported value', '"Once"'],
  ],
  [
    'a service account token',
    withTarget({ type: 'kubernetes.io/service-account-token' }),
    ['spec.target.secret.type', 'must be one of Opaque'],
  ],
  [
    'an upper-case name',
    withTarget({ name: 'DB' }),
    ['spec.target.secret.name', 'lower-case DNS name'],
  ],
  ['no picks', withTarget({ from: 'keys' }), ['spec.target.secret.keys', 'at least one key']],
  [
    'picks that do not go with it',
    withTarget({ keys: [pick] }),
    ['spec.target.secret.keys', 'only goes with from: keys'],
  ],
  [
    'one key twice',
    withTarget({ from: 'keys', keys: [pick, pick] }),
    ['spec.target.secret.keys[1]', 'Duplicate value'],
  ],
  [
    'a key that climbs',
    withTarget({ from: 'keys', keys: [{ ...pick, key: '..a' }] }),
    ['spec.target.secret.keys[0].key', 'must not begin with ..'],
  ],
  ['a wrong type', { ...secret, prune: 'no' }, ['spec.prune', 'must be of type boolean']],
];

const gitStore = {
  git: { sourceRef: { name: 'repo' }, decryption: { keys: [{ secretRef: { name: 'keys' } }] } },
};
const vaultStore = {
  vault: { address: 'https://vault.test', login: { method: 'jwt', role: 'app' } },
};

const stores: readonly WrongRow[] = [
  [
    'a policy where pods log in by themselves',
    { provider: vaultStore, policy: 'web' },
    ['spec.policy', 'is not for vault'],
  ],
  [
    'somebody to log in where nobody does',
    { provider: gitStore, serviceAccountName: 'reader' },
    ['spec.serviceAccountName', 'is not for git'],
  ],
];

const policies: readonly WrongRow[] = [
  ['no selector', { git: { urls: [] } }, ['spec.namespaceSelector', 'Required']],
  [
    'a url without a scheme',
    { ...policy, git: { urls: ['git.test/a'] } },
    ['spec.git.urls[0]', 'must be a pattern such as'],
  ],
  [
    'bounds the wrong way round',
    { ...policy, ttl: { min: '2h', max: '1h' } },
    ['spec.ttl.max', 'must not be below min'],
  ],
  [
    'In without values',
    withSelector({ operator: 'In' }),
    ['spec.namespaceSelector.matchExpressions[0].values', 'with In and NotIn'],
  ],
  [
    'Exists with values',
    withSelector({ operator: 'Exists', values: ['a'] }),
    ['spec.namespaceSelector.matchExpressions[0].values', 'only goes with In and NotIn'],
  ],
];

/** What only the controller can tell. */
const inStatus: readonly WrongRow[] = [
  [
    'a label of another controller',
    withTarget({ labels: { 'helm.sh/chart': 'a' } }),
    ['spec.target.secret.labels.helm.sh/chart', ...steering],
  ],
  [
    'an annotation of another controller',
    withTarget({ annotations: { 'kubernetes.io/service-account.name': 'a' } }),
    ['spec.target.secret.annotations.kubernetes.io/service-account.name', ...steering],
  ],
  [
    'a lease longer than allowed',
    { ...secret, ttl: '30h' },
    ['spec.ttl', 'between 1m and 24h', 'no TenantPolicy selects'],
  ],
  [
    'a workload that may not be restarted',
    { ...secret, restart: ['web'] },
    ['spec.restart[0]', 'is not allowed by the closed defaults'],
  ],
  [
    'a source that is not there',
    { ...secret, sourceRef: { name: 'repos' } },
    ['there is no GitSource prod/repos'],
  ],
];

function toManifests(
  kind: KindName,
  from: WrongManifest['from'],
  rows: readonly WrongRow[],
): readonly WrongManifest[] {
  return rows.map(([mistake, spec, answer]) => ({ mistake, kind, spec, from, answer }));
}

export const wrongManifests: readonly WrongManifest[] = [
  ...toManifests('GitSource', 'admission', sources),
  ...toManifests('EphemeralSecret', 'admission', secrets),
  ...toManifests('Store', 'admission', stores),
  ...toManifests('TenantPolicy', 'admission', policies),
  ...toManifests('AccessPolicy', 'admission', accessPolicies),
  ...toManifests('ClusterAccessPolicy', 'admission', clusterAccessPolicies),
  ...toManifests('TokenIssuer', 'admission', tokenIssuers),
  ...toManifests('EphemeralSecret', 'status', inStatus),
  ...toManifests('AccessPolicy', 'status', accessInStatus),
  {
    mistake: 'a host that nobody allows',
    kind: 'GitSource',
    spec: { ...source, url: 'https://elsewhere.test/a' },
    from: 'status',
    answer: ['the url of GitSource prod/wrong is not allowed', 'git.urls of a TenantPolicy'],
  },
  {
    mistake: 'a pattern with a star in the host',
    kind: 'TenantPolicy',
    spec: { ...policy, git: { urls: ['https://git.*.test/a'] } },
    from: 'status',
    answer: ['spec.git.urls[0]', 'address pattern'],
  },
];

export function renderManifest({ kind, spec }: WrongManifest): string {
  const isNamespaced = kindResources[kind].scope === 'Namespaced';
  const metadata = { name: 'wrong', ...(isNamespaced ? { namespace: 'default' } : {}) };
  return JSON.stringify({ apiVersion, kind, metadata, spec });
}
