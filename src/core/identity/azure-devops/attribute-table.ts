import { chosenName, innerId, tenantId, tenantName, type AttributeRow } from '../attribute-row.ts';

/**
 * Two kinds of tokens: of a pipeline (`sub` is `p://ORGANIZATION/PROJECT/PIPELINE`, with ids as claims) and of a service
 * connection (`sc://ORGANIZATION/PROJECT/CONNECTION`, or ids in the `sub` of a token of Entra).
 */
export const azureDevOpsAttributes: readonly AttributeRow[] = [
  {
    name: 'organizationId',
    claim: 'org_id',
    description: 'Id of the organisation; of a service connection from `iss` or `sub`.',
    ...tenantId,
  },
  {
    name: 'projectId',
    claim: 'prj_id',
    description: 'Id of the project.',
    ...tenantId,
  },
  {
    name: 'pipelineId',
    claim: 'def_id',
    description: 'Number of the pipeline, unique within the organisation.',
    ...innerId,
  },
  {
    name: 'serviceConnectionId',
    claim: 'sub',
    description: 'Id of the service connection; in tokens of Entra.',
    ...tenantId,
  },
  {
    name: 'organization',
    claim: 'sub',
    description: 'Name of the organisation.',
    ...tenantName,
  },
  {
    name: 'project',
    claim: 'sub',
    description: 'Name of the project.',
    ...tenantName,
  },
  {
    name: 'pipeline',
    claim: 'sub',
    description: 'Name of the pipeline.',
    ...chosenName,
  },
  {
    name: 'serviceConnection',
    claim: 'sub',
    description: 'Name of the service connection.',
    ...tenantName,
  },
  {
    name: 'repository',
    claim: 'rpo_uri',
    description: 'Address of the repository that the code is from.',
    ...chosenName,
  },
  {
    name: 'repositoryId',
    claim: 'rpo_id',
    description: 'Id of that repository, or its OWNER/NAME where it is at GitHub.',
    ...chosenName,
    glob: false,
  },
  {
    name: 'ref',
    claim: 'rpo_ref',
    description: 'The full ref that the run is for.',
    ...chosenName,
  },
  {
    name: 'sha',
    claim: 'rpo_ver',
    description: 'The commit that the run is for.',
    ...innerId,
  },
];
