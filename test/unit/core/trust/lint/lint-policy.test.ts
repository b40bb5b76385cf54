import { describe, expect, it } from '@jest/globals';
import { parseAccessPolicy } from '#core/api/access-policy.ts';
import { policyCodes } from '#core/errors/codes/policy.ts';
import { lintSources } from '#core/trust/lint/lint-sources.ts';
import { aStored } from '#test/support/policies/a-stored.ts';
import { readPolicyCases } from '#test/support/policies/read-policy-cases.ts';

const bad = readPolicyCases('bad');
const good = readPolicyCases('good');

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
    const rules = Object.keys(policyCodes).filter((code) => !code.includes('_ISSUER_'));
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
