import { chosenName, tenantId, type AttributeRow } from '../attribute-row.ts';

/** Any OIDC issuer: what its claims mean is for the author of the policy to know. */
export const genericAttributes: readonly AttributeRow[] = [
  {
    name: 'subject',
    claim: 'sub',
    description: 'The claim `sub`.',
    ...tenantId,
  },
  {
    name: 'claims',
    claim: '*',
    description: 'Any claim by its name, as `claims.NAME`.',
    ...chosenName,
  },
];
