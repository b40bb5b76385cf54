import { createError } from '#core/errors/mayfly-error.ts';
import type { StorePath } from '#core/ports/secret-store.ts';
import type { SecretBytes } from '#core/secret/secret-bytes.ts';
import type { VaultOptions, VaultRequest } from './vault-options.ts';

/** What a JSON Web Token is made of. */
const plainToken = /^[-._~+/=A-Za-z0-9]+$/u;

/** Logs in by `kubernetes` or `jwt`, which take the same. */
export function renderLogin(
  { store, provider }: Pick<VaultOptions, 'store' | 'provider'>,
  token: SecretBytes,
): VaultRequest {
  const { mount, role } = provider.login;
  const jwt = Buffer.from(token.expose());
  // Its only trace is the answer of a regular expression: no string of the token outlives this function.
  if (!plainToken.test(jwt.toString('latin1'))) {
    throw createError('MAYFLY_STORE_LOGIN_DENIED', { store, role });
  }
  const head = Buffer.from(`{"role":${JSON.stringify(role)},"jwt":"`);
  const body = Buffer.concat([head, jwt, Buffer.from('"}')]);
  jwt.fill(0);
  const path = `auth/${encodePath(mount)}/login`;
  return { method: 'POST', path, body, token: null, namespace: provider.storeNamespace };
}

/** Reads a path, or writes to it where it takes parameters. */
export function renderRead({
  path,
  version,
  parameters,
}: StorePath): Omit<VaultRequest, 'token' | 'namespace'> {
  const query = version === null ? '' : `?version=${encodeURIComponent(version)}`;
  if (parameters === undefined)
    return { method: 'GET', path: `${encodePath(path)}${query}`, body: null };
  const body = Buffer.from(JSON.stringify(parameters));
  return { method: 'PUT', path: `${encodePath(path)}${query}`, body };
}

export const renewSelf = { method: 'POST', path: 'auth/token/renew-self', body: null } as const;
export const revokeSelf = { method: 'POST', path: 'auth/token/revoke-self', body: null } as const;
/** Standby nodes are as good as any: they forward what they cannot do. */
export const health = {
  method: 'GET',
  path: 'sys/health?standbyok=true&perfstandbyok=true',
  body: null,
} as const;

export function renderRenewLease(id: string): Omit<VaultRequest, 'token' | 'namespace'> {
  const body = Buffer.from(JSON.stringify({ lease_id: id }));
  return { method: 'PUT', path: 'sys/leases/renew', body };
}

/** The headers of a request; the token is among them as late as can be. */
export function renderHeaders({ token, namespace, body }: VaultRequest): Record<string, string> {
  return {
    accept: 'application/json',
    'x-vault-request': 'true',
    ...(body !== null && { 'content-type': 'application/json' }),
    ...(namespace !== null && { 'x-vault-namespace': namespace }),
    ...(token !== null && { 'x-vault-token': Buffer.from(token.expose()).toString('latin1') }),
  };
}

function encodePath(path: string): string {
  return path.split('/').map(encodeURIComponent).join('/');
}
