import { describe, expect, it } from '@jest/globals';
import { parseAccessPolicy } from '#core/api/parse-access-policy.ts';
import { aStored } from '#test/support/policies/a-stored.ts';

const grant = { store: 'vault', paths: ['app/db'], maxTtl: '15m' };
const github = { issuer: 'github', ownerId: ['1'], repositoryId: ['2'], ref: ['refs/heads/main'] };
const spec = { subjects: [{ github }], grants: [grant] };

type Kind = 'AccessPolicy' | 'ClusterAccessPolicy';

function parse(
  written: unknown,
  kind: Kind = 'AccessPolicy',
): ReturnType<typeof parseAccessPolicy> {
  return parseAccessPolicy(aStored(kind, 'release', written));
}

function messagesOf(written: unknown, kind?: Kind): readonly string[] {
  const parsed = parse(written, kind);
  return parsed.kind === 'valid' ? [] : parsed.errors.map(({ message }) => message);
}

describe('an AccessPolicy', () => {
  it('is read as tests of attributes, in the order of their table', () => {
    const full = { ...github, refProtected: true, allow: ['pullRequest'] };
    expect(parse({ ...spec, subjects: [{ github: full }] })).toEqual({
      kind: 'valid',
      value: {
        name: 'shop/release',
        namespace: 'shop',
        generation: 1,
        subjects: [
          {
            kind: 'github',
            issuer: 'github',
            tests: [
              { attribute: 'ownerId', oneOf: ['1'] },
              { attribute: 'repositoryId', oneOf: ['2'] },
              { attribute: 'ref', oneOf: ['refs/heads/main'] },
              { attribute: 'refProtected', oneOf: ['true'] },
            ],
            allow: new Set(['pullRequest']),
            acceptNames: false,
          },
        ],
        grants: [{ store: 'vault', paths: ['app/db'], keys: null, maxTtlMs: 900_000 }],
        mode: 'Enforce',
        suspend: false,
      },
    });
  });

  it('is for pods of its own namespace', () => {
    const pod = { issuer: 'here', serviceAccounts: ['web'] };
    const test = { attribute: 'serviceAccounts', oneOf: ['shop/web'] };
    expect(parse({ ...spec, subjects: [{ pod }] })).toMatchObject({
      value: { subjects: [{ kind: 'kubernetes', tests: [test] }] },
    });
  });

  it('of the cluster is for pods of any', () => {
    const pod = { issuer: 'here', serviceAccounts: ['shop/web'] };
    const grants = [{ ...grant, store: 'cluster/vault' }];
    expect(parse({ subjects: [{ pod }], grants }, 'ClusterAccessPolicy')).toMatchObject({
      value: { name: 'cluster/release', subjects: [{ tests: [{ oneOf: ['shop/web'] }] }] },
    });
  });

  it('tests claims of a generic issuer by their names', () => {
    const generic = { issuer: 'x', subject: ['a'], claims: { team: ['b'] } };
    expect(parse({ ...spec, subjects: [{ generic }] })).toMatchObject({
      value: { subjects: [{ tests: [{}, { attribute: 'claims.team', oneOf: ['b'] }] }] },
    });
  });

  it.each([
    [{}, 'the field spec.subjects is missing'],
    [{ ...spec, subjects: [] }, 'spec.subjects must not be empty'],
    [{ ...spec, subjects: [{ github, pod: {} }] }, 'spec.subjects[0] must name exactly one'],
    [{ ...spec, subjects: [{ github: { ...github, ownrId: ['1'] } }] }, 'did you mean ownerId'],
    [{ ...spec, subjects: [{ github: { ...github, ownerId: '1' } }] }, 'ownerId must be a list'],
    [{ ...spec, subjects: [{ github: { ...github, ownerId: [1] } }] }, 'ownerId[0] must be a text'],
    [{ ...spec, subjects: [{ github: { ...github, allow: ['sshRerun'] } }] }, 'allow[0] must be'],
    [{ ...spec, mode: 'Off' }, 'spec.mode must be one of Enforce, Audit'],
    [{ ...spec, grants: [{ ...grant, maxTtl: '25h' }] }, 'maxTtl must be between 1m and 24h'],
    [{ ...spec, grants: [{ ...grant, maxTtl: '1s' }] }, 'maxTtl must be between 1m and 24h'],
    [{ ...spec, grants: [{ ...grant, paths: ['a/../b'] }] }, 'paths[0] must have no empty segment'],
    [{ ...spec, grants: [{ ...grant, paths: ['a/**/b'] }] }, 'paths[0] must have no empty segment'],
    [{ ...spec, grants: [{ ...grant, paths: ['/a'] }] }, 'paths[0] must be a path in the store'],
    [{ ...spec, grants: [{ ...grant, store: 'Vault' }] }, 'store must be the name of a Store'],
    [
      { ...spec, subjects: [{ pod: { issuer: 'x', serviceAccounts: ['other/web'] } }] },
      'serviceAccounts[0] must be a name',
    ],
    [
      { ...spec, subjects: [{ pod: { issuer: 'x', serviceAccounts: ['*'] } }] },
      'serviceAccounts[0] must be the name of a service account',
    ],
  ])('is refused when it is wrong: %j', (written, message) => {
    expect(messagesOf(written)).toEqual(expect.arrayContaining([expect.stringContaining(message)]));
  });

  it('is not taken in a namespace where it would be named like one of the cluster', () => {
    const object = aStored('AccessPolicy', 'release', spec);
    const metadata = { ...object.metadata, namespace: 'cluster' };
    const parsed = parseAccessPolicy({ ...object, metadata });
    expect(parsed).toMatchObject({
      errors: [{ code: 'MAYFLY_OBJECT_FIELD_INVALID', params: { field: 'metadata.namespace' } }],
    });
  });

  it('of the cluster names stores and pods in full', () => {
    const pod = { issuer: 'here', serviceAccounts: ['web'] };
    expect(messagesOf({ ...spec, subjects: [{ pod }] }, 'ClusterAccessPolicy')).toEqual([
      'the field spec.subjects[0].pod.serviceAccounts[0] must be NAMESPACE/NAME',
      'the field spec.grants[0].store must be cluster/NAME in a ClusterAccessPolicy',
    ]);
  });
});
