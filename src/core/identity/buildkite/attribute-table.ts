import {
  chosenName,
  innerId,
  oneOf,
  systemWord,
  tenantId,
  tenantName,
  type AttributeRow,
} from '../attribute-row.ts';

/** See https://buildkite.com/docs/agent/cli/reference/oidc. Ids are there where the job asks for them with `--claim`. */
export const buildkiteAttributes: readonly AttributeRow[] = [
  {
    name: 'organizationId',
    claim: 'organization_id',
    description: 'Id of the organisation.',
    ...tenantId,
  },
  {
    name: 'pipelineId',
    claim: 'pipeline_id',
    description: 'Id of the pipeline.',
    ...tenantId,
  },
  {
    name: 'clusterId',
    claim: 'cluster_id',
    description: 'Id of the cluster of agents.',
    ...tenantId,
  },
  {
    name: 'queueId',
    claim: 'queue_id',
    description: 'Id of the queue of the cluster.',
    ...innerId,
  },
  {
    name: 'organization',
    claim: 'organization_slug',
    description: 'Short name of the organisation.',
    ...tenantName,
  },
  {
    name: 'pipeline',
    claim: 'pipeline_slug',
    description: 'Short name of the pipeline.',
    ...tenantName,
  },
  {
    name: 'branch',
    claim: 'build_branch',
    description: 'Branch of the build.',
    ...chosenName,
  },
  {
    name: 'tag',
    claim: 'build_tag',
    description: 'Tag of the build; absent for a branch.',
    ...chosenName,
  },
  {
    name: 'step',
    claim: 'step_key',
    description: 'Key of the step.',
    ...chosenName,
  },
  {
    name: 'source',
    claim: 'build_source',
    description: 'What started the build, such as `webhook`, `ui` or `schedule`.',
    ...systemWord,
  },
  {
    name: 'runnerEnvironment',
    claim: 'runner_environment',
    description: 'Who runs the machine of the job.',
    ...oneOf('buildkite-hosted', 'self-hosted'),
  },
  {
    name: 'sha',
    claim: 'build_commit',
    description: 'The commit that the build is for.',
    ...innerId,
  },
];
