import {
  chosenName,
  flag,
  innerId,
  oneOf,
  systemWord,
  tenantId,
  tenantName,
  type AttributeRow,
} from '../attribute-row.ts';

/** See https://docs.github.com/actions/reference/security/oidc. */
export const githubAttributes: readonly AttributeRow[] = [
  {
    name: 'ownerId',
    claim: 'repository_owner_id',
    description: 'Id of the organisation or user that owns the repository.',
    ...tenantId,
  },
  {
    name: 'repositoryId',
    claim: 'repository_id',
    description: 'Id of the repository that the workflow runs for.',
    ...tenantId,
  },
  {
    name: 'enterpriseId',
    claim: 'enterprise_id',
    description: 'Id of the enterprise that the owner belongs to.',
    ...tenantId,
  },
  {
    name: 'owner',
    claim: 'repository_owner',
    description: 'Name of the organisation or user that owns the repository.',
    ...tenantName,
  },
  {
    name: 'repository',
    claim: 'repository',
    description: 'OWNER/NAME of the repository.',
    ...tenantName,
  },
  {
    name: 'enterprise',
    claim: 'enterprise',
    description: 'Short name of the enterprise.',
    ...tenantName,
  },
  {
    name: 'ref',
    claim: 'ref',
    description: 'The full ref that started the run, such as `refs/heads/main`.',
    ...chosenName,
  },
  {
    name: 'refType',
    claim: 'ref_type',
    description: 'What the ref is.',
    ...oneOf('branch', 'tag'),
  },
  {
    name: 'refProtected',
    claim: 'ref_protected',
    description: 'Whether a branch protection or a ruleset covers the ref.',
    ...flag,
  },
  {
    name: 'environment',
    claim: 'environment',
    description:
      'The environment that the job names. Whoever may write to the repository may make one.',
    ...chosenName,
  },
  {
    name: 'environmentId',
    claim: 'environment_node_id',
    description: 'Node id of that environment.',
    ...innerId,
  },
  {
    name: 'workflow',
    claim: 'workflow_ref',
    description:
      'File and ref of the workflow that was started: OWNER/REPO/.github/workflows/FILE@REF.',
    ...chosenName,
  },
  {
    name: 'jobWorkflow',
    claim: 'job_workflow_ref',
    description:
      'The same of the workflow that holds the job: another one where a reusable workflow is called.',
    ...chosenName,
  },
  {
    name: 'event',
    claim: 'event_name',
    description: 'The event that started the run, such as `push` or `workflow_dispatch`.',
    ...systemWord,
  },
  {
    name: 'actorId',
    claim: 'actor_id',
    description: 'Id of the account that started the run.',
    ...innerId,
  },
  {
    name: 'actor',
    claim: 'actor',
    description: 'Name of that account.',
    ...chosenName,
  },
  {
    name: 'runnerEnvironment',
    claim: 'runner_environment',
    description: 'Who runs the machine of the job.',
    ...oneOf('github-hosted', 'self-hosted'),
  },
  {
    name: 'visibility',
    claim: 'repository_visibility',
    description: 'Who may read the repository.',
    ...oneOf('public', 'private', 'internal'),
  },
  {
    name: 'sha',
    claim: 'sha',
    description: 'The commit that the run is for.',
    ...innerId,
  },
];
