import { describe, expect, it } from '@jest/globals';
import { parseReference, type Reference } from '#core/reference/reference.ts';
import { matchPolicy } from '#core/trust/match-policy.ts';
import type { AccessRequest } from '#core/trust/decision.ts';
import { aGithubIdentity, aPodIdentity } from '#test/support/policies/an-identity.ts';
import { aPolicy, githubSubject } from '#test/support/policies/a-policy.ts';

function refer(text: string): Reference {
  const parsed = parseReference(text);
  if (parsed.kind === 'invalid') throw new Error(parsed.problem);
  return parsed.reference;
}

function asking(...references: readonly string[]): AccessRequest {
  return { references: references.map(refer), ttlMs: null, isPartial: false };
}

const request = asking('vault:app/db');

function clauseOf(...args: Parameters<typeof matchPolicy>): string {
  const decision = matchPolicy(...args);
  return decision.kind === 'denial' ? decision.clause : 'granted';
}

describe('a policy', () => {
  it('grants what it gives to whom it is for', () => {
    expect(matchPolicy(aPolicy(), aGithubIdentity(), request)).toEqual({
      kind: 'grant',
      subject: 0,
      ttlMs: 900_000,
      keys: [null],
    });
  });

  it.each([
    ['repository_owner_id', '9', 'ownerId'],
    ['repository_id', '21', 'repositoryId'],
    ['repository_id', undefined, 'repositoryId'],
    ['repository_id', ['2'], 'repositoryId'],
    ['ref', 'refs/heads/main2', 'ref'],
    ['ref', undefined, 'ref'],
    ['event_name', 'pull_request', 'allow'],
    ['event_name', 'pull_request_target', 'allow'],
    ['event_name', 'workflow_run', 'allow'],
    ['event_name', undefined, 'allow'],
  ])('denies where the claim %s is %j', (claim, value, clause) => {
    const identity = aGithubIdentity({ [claim]: value });
    expect(clauseOf(aPolicy(), identity, request)).toBe(`subjects[0].github.${clause}`);
  });

  it('lets those pull requests in that it names', () => {
    const github = { ...githubSubject, ref: ['refs/pull/*/merge'], allow: ['pullRequest'] };
    const policy = aPolicy({ subjects: [{ github }] });
    const pull = { event_name: 'pull_request', ref: 'refs/pull/7/merge' };
    expect(matchPolicy(policy, aGithubIdentity(pull), request).kind).toBe('grant');
    const target = { ...pull, event_name: 'pull_request_target' };
    expect(clauseOf(policy, aGithubIdentity(target), request)).toBe('subjects[0].github.allow');
  });

  it('is for one issuer, whatever another one says', () => {
    const identity = { ...aGithubIdentity(), issuer: 'github-of-another' };
    expect(clauseOf(aPolicy(), identity, request)).toBe('subjects[0].github.issuer');
    const gitlab = { ...aGithubIdentity(), kind: 'gitlab' as const };
    expect(clauseOf(aPolicy(), gitlab, request)).toBe('subjects[0].github.issuer');
  });

  it('names the clause of the subject that came nearest, and the subject that matched', () => {
    const other = { ...githubSubject, ownerId: ['9'] };
    const policy = aPolicy({ subjects: [{ github: other }, { github: githubSubject }] });
    expect(matchPolicy(policy, aGithubIdentity(), request)).toMatchObject({ subject: 1 });
    expect(clauseOf(policy, aGithubIdentity({ ref: 'refs/heads/x' }), request)).toBe(
      'subjects[1].github.ref',
    );
  });

  it('matches a list when one of its texts does', () => {
    const circleci = { issuer: 'circle', projectId: ['p'], contextIds: ['a', 'b'] };
    const policy = aPolicy({ subjects: [{ circleci }] });
    const attributes = new Map<string, string | readonly string[]>([['projectId', 'p']]);
    const identity = { ...aGithubIdentity(), kind: 'circleci', issuer: 'circle' } as const;
    const inContext = new Map([...attributes, ['contextIds', ['x', 'b']] as const]);
    expect(matchPolicy(policy, { ...identity, attributes: inContext }, request).kind).toBe('grant');
    expect(clauseOf(policy, { ...identity, attributes }, request)).toMatch('contextIds');
  });

  it('is for the pods of an account of its namespace', () => {
    const policy = aPolicy({ subjects: [{ pod: { issuer: 'here', serviceAccounts: ['web'] } }] });
    expect(matchPolicy(policy, aPodIdentity(), request).kind).toBe('grant');
    const clause = 'subjects[0].pod.serviceAccounts';
    expect(clauseOf(policy, aPodIdentity('other'), request)).toBe(clause);
    expect(clauseOf(policy, aPodIdentity('shop', 'web2'), request)).toBe(clause);
    expect(clauseOf(policy, { ...aPodIdentity(), pod: null }, request)).toBe(clause);
  });

  it('does not take a * in an id for more than a *', () => {
    const policy = aPolicy();
    const subjects = policy.subjects.map((subject) => ({ ...subject }));
    expect(
      clauseOf({ ...policy, subjects }, aGithubIdentity({ repository_id: '*' }), request),
    ).toBe('subjects[0].github.repositoryId');
  });

  it('grants all references or none', () => {
    const both = asking('vault:app/db', 'vault:other/db');
    expect(clauseOf(aPolicy(), aGithubIdentity(), both)).toBe('grants (references[1])');
    expect(clauseOf(aPolicy(), aGithubIdentity(), asking('cluster/vault:app/db'))).toBe(
      'grants (references[0])',
    );
  });

  it('gives the keys it names and no more', () => {
    const grants = [{ store: 'vault', paths: ['app/db'], keys: ['password'], maxTtl: '5m' }];
    const policy = aPolicy({ grants });
    expect(clauseOf(policy, aGithubIdentity(), asking('vault:app/db#password'))).toBe('granted');
    expect(clauseOf(policy, aGithubIdentity(), asking('vault:app/db#user'))).toMatch('grants');
    expect(clauseOf(policy, aGithubIdentity(), asking('vault:app/db'))).toMatch('grants');
  });

  it('lends for the shortest time of all references, and the longest that each is given for', () => {
    const grants = [
      { store: 'vault', paths: ['app/*'], maxTtl: '10m' },
      { store: 'vault', paths: ['app/db'], maxTtl: '1h' },
      { store: 'vault', paths: ['b'], maxTtl: '20m' },
    ];
    const policy = aPolicy({ grants });
    const ttlOf = (asked: AccessRequest): unknown => {
      const decision = matchPolicy(policy, aGithubIdentity(), asked);
      return decision.kind === 'grant' ? decision.ttlMs / 60_000 : decision;
    };
    expect(ttlOf(asking('vault:app/db'))).toBe(60);
    expect(ttlOf(asking('vault:app/db', 'vault:b'))).toBe(20);
    expect(ttlOf({ ...asking('vault:app/db'), ttlMs: 60_000 })).toBe(1);
    expect(ttlOf(asking())).toBe(10);
  });

  it('gives the keys of a path that its grants name to who takes what is granted, and nothing more', () => {
    const grants = [
      { store: 'vault', paths: ['app/*'], keys: ['user', 'port'], maxTtl: '10m' },
      { store: 'vault', paths: ['app/db'], keys: ['password'], maxTtl: '5m' },
      { store: 'other', paths: ['app/db'], maxTtl: '1m' },
      { store: 'vault', paths: ['all'], keys: ['a'], maxTtl: '1m' },
      { store: 'vault', paths: ['all'], maxTtl: '2m' },
    ];
    const matched = (text: string, isPartial = true): unknown =>
      matchPolicy(aPolicy({ grants }), aGithubIdentity(), { ...asking(text), isPartial });
    const keys = [new Set(['user', 'port', 'password'])];
    expect(matched('vault:app/db')).toMatchObject({ ttlMs: 300_000, keys });
    expect(matched('vault:app/x')).toMatchObject({ keys: [new Set(['user', 'port'])] });
    expect(matched('vault:all')).toMatchObject({ ttlMs: 120_000, keys: [null] });
    expect(matched('vault:app/db#user')).toMatchObject({ ttlMs: 600_000, keys: [null] });
    for (const text of ['vault:app/db#other', 'vault:none']) {
      expect(matched(text)).toMatchObject({ kind: 'denial' });
    }
    expect(matched('vault:app/db', false)).toMatchObject({ kind: 'denial' });
  });

  it('of the mode Audit never grants, and tells what it would have', () => {
    const policy = aPolicy({ mode: 'Audit' });
    expect(matchPolicy(policy, aGithubIdentity(), request)).toEqual({
      kind: 'denial',
      clause: 'mode',
      would: { kind: 'grant', subject: 0, ttlMs: 900_000, keys: [null] },
    });
    expect(matchPolicy(policy, aGithubIdentity({ ref: 'x' }), request)).toMatchObject({
      clause: 'subjects[0].github.ref',
      would: null,
    });
  });

  it('grants nothing while it is suspended', () => {
    expect(clauseOf(aPolicy({ suspend: true }), aGithubIdentity(), request)).toBe('suspend');
  });
});
