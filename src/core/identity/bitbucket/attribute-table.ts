import { chosenName, innerId, tenantId, type AttributeRow } from '../attribute-row.ts';

/**
 * See https://support.atlassian.com/bitbucket-cloud/docs/integrate-pipelines-with-resource-servers-using-oidc/. Ids are
 * written without the braces that Bitbucket puts around them.
 */
export const bitbucketAttributes: readonly AttributeRow[] = [
  {
    name: 'workspaceId',
    claim: 'workspaceUuid',
    description: 'Id of the workspace.',
    ...tenantId,
  },
  {
    name: 'repositoryId',
    claim: 'repositoryUuid',
    description: 'Id of the repository.',
    ...tenantId,
  },
  {
    name: 'environmentId',
    claim: 'deploymentEnvironmentUuid',
    description: 'Id of the deployment environment; absent for a step without one.',
    ...innerId,
  },
  {
    name: 'accountId',
    claim: 'accountUuid',
    description: 'Id of the account that owns the workspace.',
    ...innerId,
  },
  {
    name: 'branch',
    claim: 'branchName',
    description: 'Branch of the pipeline; absent for tags.',
    ...chosenName,
  },
];
