import { chosenName, flag, innerId, tenantId, type AttributeRow } from '../attribute-row.ts';

/** See https://circleci.com/docs/openid-connect-tokens/. */
export const circleciAttributes: readonly AttributeRow[] = [
  {
    name: 'organizationId',
    claim: 'oidc.circleci.com/org-id',
    description: 'Id of the organisation.',
    ...tenantId,
  },
  {
    name: 'projectId',
    claim: 'oidc.circleci.com/project-id',
    description: 'Id of the project.',
    ...tenantId,
  },
  {
    name: 'contextIds',
    claim: 'oidc.circleci.com/context-ids',
    description: 'Ids of the contexts that the job uses.',
    ...innerId,
    type: 'list',
  },
  {
    name: 'origin',
    claim: 'oidc.circleci.com/vcs-origin',
    description:
      'Where the code is from, such as `github.com/shop/web`. Where builds of forks are given secrets it is the one mark of them.',
    ...chosenName,
  },
  {
    name: 'ref',
    claim: 'oidc.circleci.com/vcs-ref',
    description: 'The full ref that started the pipeline; absent for custom webhooks.',
    ...chosenName,
  },
  {
    name: 'definitionId',
    claim: 'oidc.circleci.com/pipeline-definition-id',
    description: 'Id of the definition of the pipeline.',
    ...innerId,
  },
  {
    name: 'userId',
    claim: 'sub',
    description: 'Id of the account that started the job.',
    ...innerId,
  },
  {
    name: 'sshRerun',
    claim: 'oidc.circleci.com/ssh-rerun',
    description: 'Whether somebody can enter the job with ssh.',
    ...flag,
  },
];
