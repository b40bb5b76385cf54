import { describe, expect, it } from '@jest/globals';
import type { AccessPolicy, PolicySubject } from '#core/trust/access-policy.ts';
import type { MayflyError } from '#core/errors/mayfly-error.ts';
import { findCodeFaults } from '#core/trust/lint/find-code-faults.ts';
import { findRefFaults } from '#core/trust/lint/find-ref-faults.ts';
import { findTenantFaults } from '#core/trust/lint/find-tenant-faults.ts';
import { lintPolicy } from '#core/trust/lint/lint-policy.ts';
import { listJobSubjects, type LintedSubject } from '#core/trust/lint/linted-subject.ts';

type Tests = Readonly<Record<string, readonly string[]>>;

function policyOf(tests: Tests, change: Partial<PolicySubject> = {}): AccessPolicy {
  const list = Object.entries(tests).map(([attribute, oneOf]) => ({ attribute, oneOf }));
  const subject: Omit<PolicySubject, 'tests'> = {
    kind: 'github',
    issuer: 'i',
    allow: new Set(),
    acceptNames: false,
  };
  return {
    name: 'shop/p',
    namespace: 'shop',
    generation: 1,
    subjects: [{ ...subject, tests: list, ...change }],
    grants: [{ store: 's', paths: ['a'], keys: null, maxTtlMs: 60_000 }],
    mode: 'Enforce',
    suspend: false,
  };
}

function codesOf(
  find: (subject: LintedSubject) => readonly MayflyError[],
  ...args: Parameters<typeof policyOf>
): readonly string[] {
  return listJobSubjects(policyOf(...args))
    .flatMap(find)
    .map(({ code }) => code);
}

const ids: Tests = { ownerId: ['1'], repositoryId: ['2'] };

describe('the rules of the lint', () => {
  it('leave a subject alone that is held by ids', () => {
    expect(lintPolicy(policyOf(ids))).toEqual([]);
  });

  it('answer for every subject, each by its place', () => {
    const policy = policyOf({});
    const [subject] = policy.subjects;
    const subjects = subject === undefined ? [] : [subject, subject];
    const clauses = lintPolicy({ ...policy, subjects }).map(({ params }) => params['clause']);
    expect(clauses).toEqual(['subjects[0].github', 'subjects[1].github']);
  });

  it('know of pods nothing but their accounts', () => {
    const pods = { kind: 'kubernetes' } as const;
    expect(listJobSubjects(policyOf({ serviceAccounts: ['shop/web'] }, pods))).toEqual([]);
    expect(lintPolicy(policyOf({ serviceAccounts: ['shop/web'] }, pods))).toEqual([]);
  });

  it.each<[Tests, readonly string[]]>([
    [{ ...ids, owner: ['shop'] }, []],
    [{ owner: ['shop'], repository: ['shop/web'] }, ['NAME_ALONE', 'NAME_ALONE']],
    [{ ownerId: ['1'], environmentId: ['E'] }, []],
  ])('want a tenant that cannot change hands: %j', (tests, codes) => {
    const wanted = codes.map((code) => `MAYFLY_POLICY_${code}`);
    expect(codesOf(findTenantFaults, tests)).toEqual(wanted);
  });

  it.each<[Tests, readonly string[]]>([
    [{ ref: ['refs/heads/*'], refProtected: ['true'] }, []],
    [{ ref: ['refs/heads/*'], refProtected: ['false'] }, ['REF_ANY']],
    [{ ref: ['refs/*/*'] }, ['REF_ANY', 'REF_TYPE']],
    [{ ref: ['*'] }, ['REF_ANY', 'REF_SHORT']],
    [{ ref: ['refs/heads/a', 'refs/heads/ab*'] }, ['PREFIX']],
    [{ ref: ['refs/tags/v1.*'] }, []],
    [{ environment: ['prod'], refProtected: ['false'] }, ['ENVIRONMENT_ALONE']],
  ])('want refs that are meant: %j', (tests, codes) => {
    expect(codesOf(findRefFaults, tests)).toEqual(codes.map((code) => `MAYFLY_POLICY_${code}`));
  });

  it.each<[Tests, Partial<PolicySubject>, readonly string[]]>([
    [{ workflow: ['o/r/.github/workflows/f.yml@refs/heads/main'] }, {}, []],
    [{ workflow: ['o/r/.github/workflows/f.yml@*'] }, {}, ['WORKFLOW_OPEN']],
    [{ workflow: ['o/*/.github/workflows/f.yml@refs/heads/main'] }, {}, ['WORKFLOW_OPEN']],
    [{ workflow: ['o/r/.github/workflows/f.yml'] }, {}, ['WORKFLOW_OPEN']],
    [{ event: ['pull_request_review'] }, {}, ['NEVER']],
    [{ event: ['pull_request'] }, { allow: new Set(['pullRequest']) }, []],
    [{ event: ['push'] }, { allow: new Set(['fork']) }, ['FORK_OPEN']],
    [{ runnerEnvironment: ['self-hosted'] }, {}, []],
  ])('want code that is known: %j', (tests, change, codes) => {
    const wanted = codes.map((code) => `MAYFLY_POLICY_${code}`);
    expect(codesOf(findCodeFaults, tests, change)).toEqual(wanted);
  });
});
