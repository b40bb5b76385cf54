import type { Claims, Identity } from '#core/identity/identity.ts';
import { parseIdentity } from '#core/identity/parse-identity.ts';

/** Claims of a push to main of repository 2 of owner 1. */
export const githubClaims: Claims = {
  iss: 'https://token.actions.githubusercontent.com',
  sub: 'repo:shop@1/web@2:ref:refs/heads/main',
  repository_owner_id: '1',
  repository_id: '2',
  repository_owner: 'shop',
  repository: 'shop/web',
  ref: 'refs/heads/main',
  ref_type: 'branch',
  ref_protected: 'true',
  event_name: 'push',
  runner_environment: 'github-hosted',
};

/** Who asks with these claims of GitHub, as the issuer `github`. */
export function aGithubIdentity(change: Claims = {}): Identity {
  return parseIdentity({ kind: 'github', name: 'github' }, { ...githubClaims, ...change });
}

/** A pod of the service account `shop/web`, as the issuer `here`. */
export function aPodIdentity(namespace = 'shop', name = 'web'): Identity {
  const bound = { namespace, serviceaccount: { name, uid: 'sa-1' }, pod: { name: 'p', uid: 'u' } };
  return parseIdentity(
    { kind: 'kubernetes', name: 'here' },
    { sub: `system:serviceaccount:${namespace}:${name}`, 'kubernetes.io': bound },
  );
}
