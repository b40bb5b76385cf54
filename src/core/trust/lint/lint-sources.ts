import type { ErrorCode } from '../../errors/catalogue.ts';

/** Where the mistake that a code of `lintPolicy` is about was made or told of. */
export const lintSources: Readonly<Partial<Record<ErrorCode, string>>> = {
  MAYFLY_POLICY_TENANT_MISSING:
    'https://securitylabs.datadoghq.com/cloud-security-atlas/vulnerabilities/iam-role-can-be-assumed-by-any-github-action/',
  MAYFLY_POLICY_TENANT_WILDCARD:
    'https://medium.com/tinder/identifying-vulnerabilities-in-github-actions-aws-oidc-configurations-8067c400d5b8',
  MAYFLY_POLICY_NAME_ALONE:
    'https://repos.openssf.org/trusted-publishers-for-all-package-repositories',
  MAYFLY_POLICY_OWNER_ALONE: 'https://cloudupload.tech/blog/hardening-github-actions-oidc',
  MAYFLY_POLICY_PREFIX: 'https://github.com/octo-sts/app/pull/1643',
  MAYFLY_POLICY_REF_TYPE: 'https://docs.gitlab.com/ci/secrets/hashicorp_vault/',
  MAYFLY_POLICY_REF_SHORT: 'https://docs.github.com/actions/reference/security/oidc',
  MAYFLY_POLICY_REF_ANY:
    'https://www.trackr.live/2026/06/17/github-aws-oidc-sub-condition-config-audit/',
  MAYFLY_POLICY_ENVIRONMENT_ALONE: 'https://docs.pypi.org/trusted-publishers/security-model/',
  MAYFLY_POLICY_WORKFLOW_OPEN: 'https://github.com/PaloAltoNetworks/github-oidc-utils',
  MAYFLY_POLICY_FORK_OPEN:
    'https://securitylab.github.com/research/github-actions-preventing-pwn-requests',
  MAYFLY_POLICY_NEVER: 'https://docs.github.com/actions/reference/security/oidc',
  MAYFLY_POLICY_SELF_HOSTED: 'https://docs.github.com/en/actions/reference/security/secure-use',
  MAYFLY_POLICY_ORIGIN_MISSING: 'https://circleci.com/docs/openid-connect-tokens/',
  MAYFLY_POLICY_GRANT_EVERYTHING:
    'https://securitylabs.datadoghq.com/cloud-security-atlas/vulnerabilities/iam-role-can-be-assumed-by-any-github-action/',
  MAYFLY_POLICY_DEFAULT_ACCOUNT: 'https://guides.spectralops.io/docs/d9_k8s_iam_36',
};
