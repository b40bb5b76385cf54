import { chosenName, tenantName, type AttributeRow } from '../attribute-row.ts';

/** See https://plugins.jenkins.io/oidc-provider/. The server belongs to one owner; its claims are templates of theirs. */
export const jenkinsAttributes: readonly AttributeRow[] = [
  {
    name: 'job',
    claim: 'sub',
    description:
      'Address of the job, unless the administrator of Jenkins changed the template of `sub`.',
    ...tenantName,
  },
  {
    name: 'claims',
    claim: '*',
    description: 'Any claim by its name, as `claims.NAME`.',
    ...chosenName,
  },
];
