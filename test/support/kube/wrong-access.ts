import type { WrongRow } from './wrong-manifests.ts';

const github = { issuer: 'github', ownerId: ['1'], repositoryId: ['2'] };
const grant = { store: 'cluster/vault', paths: ['app/db'], maxTtl: '15m' };
const issuer = { kind: 'github', issuer: 'https://token.test' };
const pem = '-----BEGIN CERTIFICATE-----';

function forSubject(subject: object): object {
  return { subjects: [subject], grants: [grant] };
}

function withGrant(change: object): object {
  return { subjects: [{ github }], grants: [{ ...grant, ...change }] };
}

/** Of an AccessPolicy, refused by the API server. */
export const accessPolicies: readonly WrongRow[] = [
  ['no subjects', { subjects: [], grants: [grant] }, ['spec.subjects', 'at least 1 items']],
  [
    'two systems in one',
    forSubject({ github, gitlab: { issuer: 'gitlab' } }),
    ['exactly one of pod, github'],
  ],
  ['a field that there is not', forSubject({ github: { ...github, org: ['1'] } }), ['github.org']],
  ['a text for a list', forSubject({ github: { ...github, ownerId: '1' } }), ['ownerId', 'array']],
  [
    'an exposure of another system',
    forSubject({ github: { ...github, allow: ['sshRerun'] } }),
    ['allow[0]', 'Unsupported value'],
  ],
  [
    'pods of another namespace',
    forSubject({ pod: { issuer: 'here', serviceAccounts: ['other/web'] } }),
    ['serviceAccounts[0]', 'are for a ClusterAccessPolicy'],
  ],
  [
    'a wildcard of accounts',
    forSubject({ pod: { issuer: 'here', serviceAccounts: ['*'] } }),
    ['serviceAccounts[0]', 'must be the name of a service account'],
  ],
  ['a lease of days', withGrant({ maxTtl: '25h' }), ['maxTtl', 'between 1m and 24h']],
  ['a lease of seconds', withGrant({ maxTtl: '5s' }), ['maxTtl', 'between 1m and 24h']],
  ['a path that climbs', withGrant({ paths: ['a/../b'] }), ['paths[0]', 'no empty segment']],
  ['a path with an open middle', withGrant({ paths: ['a/**/b'] }), ['paths[0]', '** only as']],
  ['a path with a slash first', withGrant({ paths: ['/a'] }), ['paths[0]', 'leading slash']],
];

/** Of a ClusterAccessPolicy, refused by the API server. */
export const clusterAccessPolicies: readonly WrongRow[] = [
  [
    'pods of no namespace',
    forSubject({ pod: { issuer: 'here', serviceAccounts: ['web'] } }),
    ['serviceAccounts[0]', 'must be NAMESPACE/NAME'],
  ],
  ['a store of no namespace', withGrant({ store: 'vault' }), ['store', 'must be cluster/NAME']],
];

/** Of a TokenIssuer, refused by the API server. */
export const tokenIssuers: readonly WrongRow[] = [
  ['a plain http issuer', { ...issuer, issuer: 'http://a.test' }, ['spec.issuer', 'https://']],
  ['an unknown kind', { ...issuer, kind: 'travis' }, ['spec.kind', 'Unsupported value']],
  ['a shared key', { ...issuer, algorithms: ['HS256'] }, ['algorithms[0]', 'Unsupported value']],
  [
    'two places of keys',
    { ...issuer, kind: 'kubernetes', keys: { cluster: {}, discovery: {} } },
    ['spec.keys', 'exactly one of'],
  ],
  [
    'keys of the cluster',
    { ...issuer, keys: { cluster: {} } },
    ['only goes with kind: kubernetes'],
  ],
  [
    'an authority for keys that are written out',
    { ...issuer, keys: { inline: { jwks: '{}' } }, ca: pem },
    ['spec.ca', 'only goes with keys.discovery'],
  ],
  ['liveness of a job', { ...issuer, replay: 'Liveness' }, ['spec.replay', 'keys.cluster']],
  [
    'uses in a job of a pod',
    { ...issuer, kind: 'kubernetes', replay: 'PerJob' },
    ['spec.replay', 'name no job'],
  ],
  ['uses without a job', { ...issuer, usesPerJob: 2 }, ['spec.usesPerJob', 'replay: PerJob']],
  ['tokens that live for days', { ...issuer, maxTokenAge: '48h' }, ['maxTokenAge', '24h']],
];

/** Of an AccessPolicy, answered in its status. */
export const accessInStatus: readonly WrongRow[] = [
  [
    'a name that can change hands',
    forSubject({ github: { issuer: 'github', owner: ['shop'], repositoryId: ['2'] } }),
    ['subjects[0].github.owner stands without ownerId'],
  ],
  [
    'everybody at the issuer',
    forSubject({ github: { issuer: 'github', ref: ['refs/heads/main'] } }),
    ['subjects[0].github tests none of ownerId'],
  ],
  ['an issuer that is not there', forSubject({ github }), ['names no valid TokenIssuer']],
];
