import type { TokenIssuer } from '../api/token-issuer.ts';
import { parseAzureDevOpsClaims } from './azure-devops/parse-azure-devops-claims.ts';
import { parseBitbucketClaims } from './bitbucket/parse-bitbucket-claims.ts';
import { parseBuildkiteClaims } from './buildkite/parse-buildkite-claims.ts';
import { parseCircleciClaims } from './circleci/parse-circleci-claims.ts';
import { parseGenericClaims } from './generic/parse-generic-claims.ts';
import { parseGithubClaims } from './github/parse-github-claims.ts';
import { parseGitlabClaims } from './gitlab/parse-gitlab-claims.ts';
import type { Claims, Identity, IssuerKind } from './identity.ts';
import { parseJenkinsClaims } from './jenkins/parse-jenkins-claims.ts';
import { parseKubernetesClaims } from './kubernetes/parse-kubernetes-claims.ts';
import { readText, type ParsedClaims } from './read-attributes.ts';

const parsers: Readonly<Record<IssuerKind, (claims: Claims) => ParsedClaims>> = {
  github: parseGithubClaims,
  gitlab: parseGitlabClaims,
  circleci: parseCircleciClaims,
  buildkite: parseBuildkiteClaims,
  bitbucket: parseBitbucketClaims,
  azureDevOps: parseAzureDevOpsClaims,
  jenkins: parseJenkinsClaims,
  kubernetes: parseKubernetesClaims,
  generic: parseGenericClaims,
};

/**
 * Who asks, from claims that were verified. It refuses nothing: what the claims do not say, or say in another type, is
 * absent, and no policy matches what is absent.
 */
export function parseIdentity(
  { kind, name }: Pick<TokenIssuer, 'kind' | 'name'>,
  claims: Claims,
): Identity {
  return { kind, issuer: name, subject: readText(claims['sub']) ?? '', ...parsers[kind](claims) };
}
