import type { AttributeRow } from './attribute-row.ts';
import { azureDevOpsAttributes } from './azure-devops/attribute-table.ts';
import { bitbucketAttributes } from './bitbucket/attribute-table.ts';
import { buildkiteAttributes } from './buildkite/attribute-table.ts';
import { circleciAttributes } from './circleci/attribute-table.ts';
import { genericAttributes } from './generic/attribute-table.ts';
import { githubAttributes } from './github/attribute-table.ts';
import { gitlabAttributes } from './gitlab/attribute-table.ts';
import type { IssuerKind } from './identity.ts';
import { jenkinsAttributes } from './jenkins/attribute-table.ts';
import { kubernetesAttributes } from './kubernetes/attribute-table.ts';

/**
 * What policies may test of the identities of each system. A row named `claims` stands for any number of attributes, each
 * named `claims.NAME`.
 */
export const attributeTables: Readonly<Record<IssuerKind, readonly AttributeRow[]>> = {
  github: githubAttributes,
  gitlab: gitlabAttributes,
  circleci: circleciAttributes,
  buildkite: buildkiteAttributes,
  bitbucket: bitbucketAttributes,
  azureDevOps: azureDevOpsAttributes,
  jenkins: jenkinsAttributes,
  kubernetes: kubernetesAttributes,
  generic: genericAttributes,
};

/** The attributes that tell a tenant of a CI system, of whichever. */
export const tenantAttributes: readonly string[] = [
  ...new Set(
    Object.entries(attributeTables)
      .flatMap(([kind, rows]) => (kind === 'kubernetes' ? [] : rows))
      .filter(({ tenant }) => tenant)
      .map(({ name }) => name),
  ),
];
