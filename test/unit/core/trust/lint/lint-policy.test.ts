import { describe, expect, it } from '@jest/globals';
import { parseAccessPolicy } from '#core/api/parse-access-policy.ts';
import type { ErrorCode } from '#core/errors/catalogue.ts';
import { lintSources } from '#core/trust/lint/lint-sources.ts';
import { aStored } from '#test/support/policies/a-stored.ts';
import { readPolicyCases } from '#test/support/policies/read-policy-cases.ts';

const bad = readPolicyCases('bad');
const good = readPolicyCases('good');

const rules: readonly ErrorCode[] = [
  'MAYFLY_POLICY_TENANT_MISSING',
  'MAYFLY_POLICY_TENANT_WILDCARD',
  'MAYFLY_POLICY_NAME_ALONE',
  'MAYFLY_POLICY_OWNER_ALONE',
  'MAYFLY_POLICY_PREFIX',
  'MAYFLY_POLICY_REF_TYPE',
  'MAYFLY_POLICY_REF_SHORT',
  'MAYFLY_POLICY_REF_ANY',
  'MAYFLY_POLICY_ENVIRONMENT_ALONE',
  'MAYFLY_POLICY_WORKFLOW_OPEN',
  'MAYFLY_POLICY_FORK_OPEN',
  'MAYFLY_POLICY_NEVER',
  'MAYFLY_POLICY_SELF_HOSTED',
  'MAYFLY_POLICY_ORIGIN_MISSING',
  'MAYFLY_POLICY_GRANT_EVERYTHING',
  'MAYFLY_POLICY_DEFAULT_ACCOUNT',
];

function codesOf(spec: object): readonly string[] {
  const parsed = parseAccessPolicy(aStored('AccessPolicy', 'release', spec));
  return parsed.kind === 'valid' ? [] : parsed.errors.map(({ code }) => code);
}

describe('the lint of policies', () => {
  it.each(bad)('refuses $what', ({ spec, codes }) => {
    expect(new Set(codesOf(spec))).toEqual(new Set(codes));
  });

  it.each(good)('passes $what', ({ spec }) => {
    expect(codesOf(spec)).toEqual([]);
  });

  it('is held to forty of each, all different', () => {
    for (const cases of [bad, good]) {
      expect(new Set(cases.map(({ spec }) => JSON.stringify(spec))).size).toBe(cases.length);
      expect(cases.length).toBeGreaterThanOrEqual(40);
    }
  });

  it('has an example and a source of each of its rules', () => {
    expect(Object.keys(lintSources).toSorted()).toEqual(rules.toSorted());
    expect(new Set(bad.flatMap(({ codes }) => codes))).toEqual(new Set(rules));
  });

  it('names the part of the policy that is wrong, and never a value', () => {
    const github = { issuer: 'github', owner: ['canary-name'], repositoryId: ['2'] };
    const grants = [{ store: 'vault', paths: ['a'], maxTtl: '15m' }];
    const parsed = parseAccessPolicy(
      aStored('AccessPolicy', 'release', { subjects: [{ github }], grants }),
    );
    const text = parsed.kind === 'valid' ? '' : parsed.errors.map(({ message }) => message).join();
    expect(text).toContain('subjects[0].github.owner stands without ownerId');
    expect(text).not.toContain('canary');
  });
});
