import { describe, expect, it } from '@jest/globals';
import { parseGithubClaims } from '#core/identity/github/parse-github-claims.ts';
import { attributesOf, claimsOf } from '#test/support/issuer/claims-of.ts';

type Change = Readonly<Record<string, unknown>>;
const exposuresOf = (change: Change): readonly string[] => [
  ...parseGithubClaims(claimsOf('github', change)).exposures,
];

describe('a job of GitHub', () => {
  it('is known by ids and names', () => {
    expect(attributesOf(parseGithubClaims(claimsOf('github')))).toEqual({
      ownerId: '65',
      repositoryId: '74',
      owner: 'octo-org',
      repository: 'octo-org/octo-repo',
      ref: 'refs/heads/main',
      refType: 'branch',
      refProtected: 'true',
      environment: 'prod',
      environmentId: 'EN_kwDOGxyz',
      workflow: 'octo-org/octo-repo/.github/workflows/deploy.yml@refs/heads/main',
      jobWorkflow: 'octo-org/octo-automation/.github/workflows/oidc.yml@refs/heads/main',
      event: 'workflow_dispatch',
      actorId: '12',
      actor: 'octocat',
      runnerEnvironment: 'github-hosted',
      visibility: 'private',
      sha: '714a629c0b401fdce83e847fc9589983fc6f46bc',
    });
  });

  // Attacks 8 and 9: sub may be of either generation or a template of the owner's, and may be made to look like another.
  it.each([
    'repo:octo-org/octo-repo:environment:prod',
    'repo:octo-org@65/octo-repo@74:ref:refs/heads/main',
    'repository_owner_id:65',
    'octo-org/octo-automation/.github/workflows/oidc.yml@refs/heads/main',
    'repo:octo-org/octo-repo:environment:x%3Aref%3Arefs/heads/main',
    'repo:evil/evil:ref:refs/heads/repo:octo-org/octo-repo:environment:prod',
  ])('is the same whatever its sub is: %s', (sub) => {
    const identity = parseGithubClaims(claimsOf('github', { sub }));
    expect(attributesOf(identity)).toEqual(attributesOf(parseGithubClaims(claimsOf('github'))));
  });

  it('is not of the tag that its branch is named after', () => {
    const { attributes } = parseGithubClaims(
      claimsOf('github', { ref: 'refs/heads/x/refs/tags/v1' }),
    );
    expect(attributes.get('ref')).toBe('refs/heads/x/refs/tags/v1');
    expect(attributes.get('refType')).toBe('branch');
  });

  it('that calls a reusable workflow has the caller beside it', () => {
    const { attributes } = parseGithubClaims(claimsOf('github'));
    expect(attributes.get('workflow')).not.toBe(attributes.get('jobWorkflow'));
  });

  it('has the enterprise where its issuer is one of an enterprise', () => {
    const iss = 'https://token.actions.githubusercontent.com/octo-enterprise';
    const change = { iss, enterprise: 'octo-enterprise', enterprise_id: '9' };
    expect(attributesOf(parseGithubClaims(claimsOf('github', change)))).toMatchObject({
      enterpriseId: '9',
      enterprise: 'octo-enterprise',
    });
  });
});

describe('code of strangers at GitHub', () => {
  it.each<[string, Change, readonly string[]]>([
    ['a push', { event_name: 'push' }, []],
    ['a schedule', { event_name: 'schedule' }, []],
    ['a merge queue', { event_name: 'merge_group' }, []],
    ['a pull request', { event_name: 'pull_request' }, ['pullRequest']],
    ['a review', { event_name: 'pull_request_review' }, ['pullRequest']],
    ['a merge ref', { event_name: 'workflow_dispatch', ref: 'refs/pull/7/merge' }, ['pullRequest']],
    ['pull_request_target', { event_name: 'pull_request_target' }, ['fork', 'pullRequest']],
    ['workflow_run', { event_name: 'workflow_run' }, ['fork', 'pullRequest']],
    ['a comment', { event_name: 'issue_comment' }, ['fork', 'pullRequest']],
    ['nothing that is said', { event_name: undefined }, ['fork', 'pullRequest']],
    ['something of another type', { event_name: ['push'] }, ['fork', 'pullRequest']],
  ])('may run after %s', (_, change, exposures) => {
    expect(exposuresOf(change)).toEqual(exposures);
  });

  it('is seen also where an environment took its mark out of sub', () => {
    const sub = 'repo:octo-org/octo-repo:environment:prod';
    expect(exposuresOf({ sub, event_name: 'pull_request' })).toEqual(['pullRequest']);
  });
});

describe('the run of a job at GitHub', () => {
  it.each([
    ['https://token.actions.githubusercontent.com', 'https://github.com'],
    ['https://token.actions.githubusercontent.com/octo-enterprise', 'https://github.com'],
    ['https://token.actions.octo.ghe.com', 'https://octo.ghe.com'],
    ['https://token.actions.octo.ghe.com/octo', 'https://octo.ghe.com'],
    ['https://ghes.example.org/_services/token', 'https://ghes.example.org'],
  ])('of the issuer %s is seen at %s', (iss, site) => {
    const { runUrl, unit } = parseGithubClaims(claimsOf('github', { iss }));
    expect(runUrl).toBe(`${site}/octo-org/octo-repo/actions/runs/1500000000`);
    expect(unit).toBe('53254372811');
  });

  it.each([
    { iss: 'https://other.example.org' },
    { repository: 'octo-org/../x?y' },
    { run_id: 'javascript:1' },
    { run_id: undefined },
  ])('is seen nowhere where the claims make no address: %j', (change) => {
    expect(parseGithubClaims(claimsOf('github', change)).runUrl).toBeNull();
  });
});
