import { describe, expect, it } from '@jest/globals';
import { parseGitlabClaims } from '#core/identity/gitlab/parse-gitlab-claims.ts';
import { attributesOf, claimsOf } from '#test/support/issuer/claims-of.ts';

type Change = Readonly<Record<string, unknown>>;
const exposuresOf = (change: Change): readonly string[] => [
  ...parseGitlabClaims(claimsOf('gitlab', change)).exposures,
];
/** As GitLab made them up to 18.2. */
const old = { job_project_id: undefined, job_project_path: undefined };

describe('a job of GitLab', () => {
  it('is known by ids and names', () => {
    expect(attributesOf(parseGitlabClaims(claimsOf('gitlab')))).toMatchObject({
      projectId: '20',
      namespaceId: '72',
      runProjectId: '20',
      runNamespaceId: '72',
      projectPath: 'my-group/my-project',
      ref: 'main',
      refType: 'branch',
      refPath: 'refs/heads/main',
      refProtected: 'true',
      environmentProtected: 'false',
      deploymentTier: 'production',
      pipelineSource: 'push',
      groups: ['my-group/web', 'my-group/ops'],
      runnerId: '1',
      configFile: 'gitlab.com/my-group/my-project//.gitlab-ci.yml@refs/heads/main',
    });
  });

  it('is the same whatever components its sub has', () => {
    const sub = 'project_path:evil/evil:ref_type:branch:ref:project_path:my-group/my-project';
    expect(attributesOf(parseGitlabClaims(claimsOf('gitlab', { sub })))).toEqual(
      attributesOf(parseGitlabClaims(claimsOf('gitlab'))),
    );
  });

  it('is seen in the project in which it runs', () => {
    const job = parseGitlabClaims(claimsOf('gitlab', { job_project_path: 'my-group/target' }));
    expect([job.unit, job.runUrl]).toEqual([
      '302',
      'https://gitlab.com/my-group/target/-/jobs/302',
    ]);
    expect(parseGitlabClaims(claimsOf('gitlab', old)).runUrl).toBe(
      'https://gitlab.com/my-group/my-project/-/jobs/302',
    );
    expect(parseGitlabClaims(claimsOf('gitlab', { job_id: '1/../x' })).runUrl).toBeNull();
  });
});

// Attacks 6 and 7.
describe('code of strangers at GitLab', () => {
  it.each<[string, Change, readonly string[]]>([
    ['a push', {}, []],
    ['a push, up to 18.2', old, []],
    ['a merge request', { pipeline_source: 'merge_request_event' }, ['pullRequest']],
    [
      'an external pull request',
      { pipeline_source: 'external_pull_request_event' },
      ['pullRequest'],
    ],
    [
      'a merge request of a fork that runs in its target, from 18.3',
      { pipeline_source: 'merge_request_event', project_id: '99' },
      ['pullRequest', 'fork'],
    ],
    [
      'a merge request that may be of a fork, because 18.2.1 named the target and 18.2.2 the fork',
      { ...old, pipeline_source: 'merge_request_event' },
      ['pullRequest', 'fork'],
    ],
    ['another project than that of the code', { project_id: '99' }, ['fork']],
    ['a child pipeline on a protected ref', { pipeline_source: 'parent_pipeline' }, []],
    [
      'a child pipeline, which may be of a merge request',
      { pipeline_source: 'parent_pipeline', ref_protected: 'false' },
      ['pullRequest'],
    ],
    ['nothing that is said', { pipeline_source: undefined }, ['pullRequest']],
  ])('may run after %s', (_, change, exposures) => {
    expect(exposuresOf(change)).toEqual(exposures);
  });
});
