import { describe, expect, it } from '@jest/globals';
import type { AccessPolicy } from '#core/trust/access-policy.ts';
import { parseAccessPolicy } from '#core/api/parse-access-policy.ts';
import { explainPolicy } from '#core/trust/explain-policy.ts';
import { matchSubject } from '#core/trust/match-subject.ts';
import { accountAttribute, nameSubject } from '#core/trust/subject-names.ts';
import { aGithubIdentity, aPodIdentity, githubClaims } from '#test/support/policies/an-identity.ts';
import { aPolicy, githubSubject } from '#test/support/policies/a-policy.ts';
import { aStored } from '#test/support/policies/a-stored.ts';

const request = { references: [], ttlMs: null, isPartial: false };
const findIssuer = (): null => null;

function policyOf(...subjects: readonly object[]): AccessPolicy {
  const grants = [{ store: 'vault', paths: ['a'], maxTtl: '1m' }];
  const parsed = parseAccessPolicy(aStored('AccessPolicy', 'p', { subjects, grants }));
  if (parsed.kind === 'invalid') throw new Error(parsed.errors.map(String).join('; '));
  return parsed.value;
}

describe('an explanation', () => {
  it('has every clause of every subject, and decides by the one that comes nearest', () => {
    const pod = { issuer: 'here', serviceAccounts: ['web'] };
    const policy = policyOf({ pod }, { github: githubSubject });
    const claims = { ...githubClaims, ref: 'refs/heads/other' };
    const explained = explainPolicy(policy, { claims, findIssuer, request });
    expect(explained.decision).toMatchObject({ clause: 'subjects[1].github.ref' });
    expect(explained.subjects.map(({ name }) => name)).toEqual([
      'subjects[0].pod',
      'subjects[1].github',
    ]);
    expect(explained.subjects[1]?.clauses.map(({ holds }) => holds)).toEqual([
      true,
      true,
      true,
      true,
      false,
    ]);
  });

  it('grants by the same rules as the broker', () => {
    const policy = policyOf({ github: githubSubject });
    const explained = explainPolicy(policy, { claims: githubClaims, findIssuer, request });
    expect(explained.decision).toEqual({ kind: 'grant', subject: 0, ttlMs: 60_000, keys: [] });
  });

  it('tells what is left open, and which tests hold for more than one value', () => {
    const github = { ...githubSubject, ref: ['refs/tags/v*'] };
    const explained = explainPolicy(policyOf({ github }), { claims: {}, findIssuer, request });
    expect(explained.subjects[0]?.open).toContain('environment');
    expect(explained.subjects[0]?.open).not.toContain('ref');
    expect(explained.subjects[0]?.wide).toEqual([{ attribute: 'ref', oneOf: ['refs/tags/v*'] }]);
  });
});

describe('a clause', () => {
  it('tells what a token does not say from what is another', () => {
    const [subject] = aPolicy().subjects;
    const identity = aGithubIdentity({ ref: undefined, repository_id: '9' });
    const clauses = subject === undefined ? [] : matchSubject(subject, identity);
    expect(clauses.filter(({ holds }) => !holds)).toEqual([
      { clause: 'subjects[0].github.repositoryId', holds: false, isPresent: true },
      { clause: 'subjects[0].github.ref', holds: false, isPresent: false },
    ]);
  });

  it('of pods is about their account', () => {
    const tests = [{ attribute: accountAttribute, matches: (text: string) => text === 'shop/web' }];
    const subject = {
      name: nameSubject({ kind: 'kubernetes' }, 2),
      kind: 'kubernetes',
      issuer: 'here',
      allow: new Set<never>(),
      tests,
    } as const;
    expect(matchSubject(subject, aPodIdentity()).at(-1)).toEqual({
      clause: 'subjects[2].pod.serviceAccounts',
      holds: true,
      isPresent: true,
    });
  });
});
