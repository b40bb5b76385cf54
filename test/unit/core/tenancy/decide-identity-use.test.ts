import { describe, expect, it } from '@jest/globals';
import type { AccessPolicy } from '#core/trust/access-policy.ts';
import { parseAccessPolicy } from '#core/api/parse-access-policy.ts';
import { parseTokenIssuer, type TokenIssuer } from '#core/api/token-issuer.ts';
import { decideIdentityUse } from '#core/tenancy/decide-identity-use.ts';
import { viewPolicy } from '#core/tenancy/policy-view.ts';
import { aStored } from '#test/support/policies/a-stored.ts';

const grants = [{ store: 'cluster/vault', paths: ['app/db'], maxTtl: '15m' }];
const own = { issuer: 'https://k.test', kind: 'kubernetes', keys: { cluster: {} } };
const other = { issuer: 'https://k.test', kind: 'kubernetes' };
const issuers = new Map(
  Object.entries({ own, other }).map(([name, spec]) => [name, issuerOf(name, spec)]),
);

function issuerOf(name: string, spec: object): TokenIssuer {
  const parsed = parseTokenIssuer(aStored('TokenIssuer', name, spec));
  if (parsed.kind === 'invalid') throw new Error('the issuer is wrong');
  return parsed.value;
}

function policyOf(
  subjects: readonly object[],
  kind: 'AccessPolicy' | 'ClusterAccessPolicy',
): AccessPolicy {
  const parsed = parseAccessPolicy(aStored(kind, 'release', { subjects, grants }));
  if (parsed.kind === 'invalid') throw new Error(parsed.errors.map(String).join());
  return parsed.value;
}

const jobs = { github: { issuer: 'github', ownerId: ['1'], repositoryId: ['2'] } };
const allowed = { issuer: 'github', attribute: 'ownerId', values: ['1', '3'] };

function decide(
  subject: object,
  tenants: readonly object[],
  kind: 'AccessPolicy' | 'ClusterAccessPolicy' = 'AccessPolicy',
): string | null {
  const policies = tenants.map((spec, index) =>
    viewPolicy(aStored('TenantPolicy', `t${index}`, { namespaceSelector: {}, ...spec })),
  );
  const findIssuer = (name: string): TokenIssuer | null => issuers.get(name) ?? null;
  const error = decideIdentityUse(policyOf([subject], kind), { policies, findIssuer });
  return error === null ? null : `${error.code}: ${error.message}`;
}

describe('whom a policy of a namespace may be for', () => {
  it('are its own pods', () => {
    expect(decide({ pod: { issuer: 'own', serviceAccounts: ['web'] } }, [])).toBeNull();
  });

  it('are not the pods of a namespace of that name in another cluster', () => {
    expect(decide({ pod: { issuer: 'other', serviceAccounts: ['web'] } }, [])).toMatch(
      'MAYFLY_TENANCY_IDENTITY: subjects[0].pod of AccessPolicy shop/release is not allowed by the closed defaults',
    );
  });

  it('are no CI jobs where no policy selects, or none says so', () => {
    expect(decide(jobs, [])).toMatch('closed defaults');
    expect(decide(jobs, [{}])).toMatch('by TenantPolicy t0');
  });

  it('are the jobs of owners that a policy allows', () => {
    expect(decide(jobs, [{ identities: [allowed] }])).toBeNull();
  });

  it.each([
    ['another issuer', { ...allowed, issuer: 'gitlab' }],
    ['another attribute of the same value', { ...allowed, attribute: 'repositoryId' }],
    ['another owner', { ...allowed, values: ['3'] }],
    ['an attribute that is not tested', { ...allowed, attribute: 'enterpriseId' }],
  ])('are not those of %s', (_, identity) => {
    expect(decide(jobs, [{ identities: [identity] }])).toMatch('MAYFLY_TENANCY_IDENTITY');
  });

  it('are not those of one owner who is allowed and one who is not', () => {
    const both = { github: { ...jobs.github, ownerId: ['1', '9'] } };
    expect(decide(both, [{ identities: [allowed] }])).toMatch('MAYFLY_TENANCY_IDENTITY');
  });

  it('are none while the only policy is broken', () => {
    expect(decide(jobs, [{ identities: 'all' }])).toMatch('MAYFLY_TENANCY_POLICY_INVALID');
  });

  it('are whoever an administrator names in a policy of the cluster', () => {
    expect(decide(jobs, [], 'ClusterAccessPolicy')).toBeNull();
  });
});
