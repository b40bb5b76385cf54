import type { Identity, IssuerKind } from './identity.ts';

/** What tells apart those who share an issuer, at its widest; null where one issuer is one tenant. */
const tenantAttribute: Readonly<Record<IssuerKind, string | null>> = {
  github: 'ownerId',
  gitlab: 'namespaceId',
  circleci: 'organizationId',
  buildkite: 'organizationId',
  bitbucket: 'workspaceId',
  azureDevOps: 'organizationId',
  kubernetes: 'namespace',
  jenkins: null,
  generic: null,
};

/**
 * Whose job or pod it is, by what a token cannot choose: the owner of the repository, the group, the namespace. The empty
 * text where the token does not say; null where the issuer is not one that tenants share.
 */
export function readTenant({
  kind,
  attributes,
}: Pick<Identity, 'kind' | 'attributes'>): string | null {
  const name = tenantAttribute[kind];
  if (name === null) return null;
  const value = attributes.get(name);
  return typeof value === 'string' ? value : '';
}
