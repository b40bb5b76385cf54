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

/** See https://docs.gitlab.com/ci/secrets/id_token_authentication/. */
export const gitlabAttributes: readonly AttributeRow[] = [
  {
    name: 'projectId',
    claim: 'project_id',
    description:
      'Id of the project that the code is from. Up to GitLab 18.2.1 a merge request from a fork that ran in its target bore that of the target.',
    ...tenantId,
  },
  {
    name: 'namespaceId',
    claim: 'namespace_id',
    description: 'Id of the group or user above that project.',
    ...tenantId,
  },
  {
    name: 'runProjectId',
    claim: 'job_project_id',
    description: 'Id of the project in which the job runs. From GitLab 18.3.',
    ...tenantId,
  },
  {
    name: 'runNamespaceId',
    claim: 'job_namespace_id',
    description:
      'Id of the group or user above the project in which the job runs. From GitLab 18.3.',
    ...tenantId,
  },
  {
    name: 'projectPath',
    claim: 'project_path',
    description: 'Path of the project that the code is from.',
    ...tenantName,
  },
  {
    name: 'namespacePath',
    claim: 'namespace_path',
    description: 'Path of the group or user above that project.',
    ...tenantName,
  },
  {
    name: 'runProjectPath',
    claim: 'job_project_path',
    description: 'Path of the project in which the job runs. From GitLab 18.3.',
    ...tenantName,
  },
  {
    name: 'ref',
    claim: 'ref',
    description: 'Name of the branch or tag, without `refs/heads/`: test refType beside it.',
    ...chosenName,
  },
  {
    name: 'refType',
    claim: 'ref_type',
    description: 'What the ref is.',
    ...oneOf('branch', 'tag'),
  },
  {
    name: 'refPath',
    claim: 'ref_path',
    description: 'The full ref, such as `refs/heads/main`.',
    ...chosenName,
  },
  {
    name: 'refProtected',
    claim: 'ref_protected',
    description: 'Whether the ref is protected.',
    ...flag,
  },
  {
    name: 'environment',
    claim: 'environment',
    description: 'The environment that the job names.',
    ...chosenName,
  },
  {
    name: 'environmentProtected',
    claim: 'environment_protected',
    description: 'Whether that environment is protected.',
    ...flag,
  },
  {
    name: 'deploymentTier',
    claim: 'deployment_tier',
    description: 'Tier of that environment as the job gives it.',
    ...oneOf('production', 'staging', 'testing', 'development', 'other'),
  },
  {
    name: 'pipelineSource',
    claim: 'pipeline_source',
    description: 'What started the pipeline, such as `push`, `web` or `schedule`.',
    ...systemWord,
  },
  {
    name: 'userId',
    claim: 'user_id',
    description: 'Id of the account that started the job.',
    ...innerId,
  },
  {
    name: 'user',
    claim: 'user_login',
    description: 'Name of that account.',
    ...chosenName,
  },
  {
    name: 'groups',
    claim: 'groups_direct',
    description: 'Paths of the groups that this account is a direct member of.',
    ...chosenName,
    type: 'list',
  },
  {
    name: 'runnerId',
    claim: 'runner_id',
    description: 'Id of the runner.',
    ...innerId,
  },
  {
    name: 'runnerEnvironment',
    claim: 'runner_environment',
    description: 'Who runs the machine of the job.',
    ...oneOf('gitlab-hosted', 'self-hosted'),
  },
  {
    name: 'configFile',
    claim: 'ci_config_ref_uri',
    description: 'Where the configuration of the pipeline is: HOST/PROJECT//FILE@REF.',
    ...chosenName,
  },
  {
    name: 'visibility',
    claim: 'project_visibility',
    description: 'Who may read the project that the code is from.',
    ...oneOf('public', 'internal', 'private'),
  },
  {
    name: 'sha',
    claim: 'sha',
    description: 'The commit that the job is for.',
    ...innerId,
  },
];
