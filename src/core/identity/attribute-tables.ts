import type { AttributeRow } from './attribute-row.ts';
import { azureDevOpsAttributes } from './azure-devops/attributes.ts';
import { bitbucketAttributes } from './bitbucket/attributes.ts';
import { buildkiteAttributes } from './buildkite/attributes.ts';
import { circleciAttributes } from './circleci/attributes.ts';
import { genericAttributes } from './generic/attributes.ts';
import { githubAttributes } from './github/attributes.ts';
import { gitlabAttributes } from './gitlab/attributes.ts';
import type { IssuerKind } from './identity.ts';
import { jenkinsAttributes } from './jenkins/attributes.ts';
import { kubernetesAttributes } from './kubernetes/attributes.ts';

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
