import type { CatalogueEntry } from '../kinds.ts';

/** Reading stores. `{store}` is its name in references, `{path}` a path in it as it was asked for. */
export const storeCodes = {
  MAYFLY_STORE_ADDRESS_FORBIDDEN: {
    kind: 'denied',
    message: 'store {store}: host {host} has the {range} address {address}',
    hint: 'hosts without a public address have to be named exactly by the administrator; link-local and metadata ones by the address itself',
  },
  MAYFLY_STORE_ANSWER: {
    kind: 'unavailable',
    message: 'what store {store} answered cannot be read: {problem}',
  },
  MAYFLY_STORE_BEHIND: {
    kind: 'unavailable',
    message: 'the node of store {store} that answered does not know this login yet',
  },
  MAYFLY_STORE_CA_INVALID: {
    kind: 'invalid',
    message: 'the CA for store {store} holds no PEM certificate',
    hint: 'give the certificates as PEM blocks, BEGIN CERTIFICATE to END CERTIFICATE',
  },
  MAYFLY_STORE_CERTIFICATE: {
    kind: 'denied',
    retry: 'backoff',
    message: 'the certificate of store {store} is not trusted',
    hint: 'check its validity, and give the CA that signed it',
  },
  MAYFLY_STORE_CERTIFICATE_NAME: {
    kind: 'denied',
    retry: 'backoff',
    message: 'the certificate of store {store} does not bear the name {name}',
    hint: 'give the name that it bears as serverName, or an address that it is for',
  },
  MAYFLY_STORE_DENIED: {
    kind: 'denied',
    retry: 'backoff',
    message: 'store {store} does not allow {path} to this login',
    hint: 'allow the path in a policy of the role; a KV version 2 engine has "data/" behind its mount',
  },
  MAYFLY_STORE_HOST_UNRESOLVED: {
    kind: 'unavailable',
    message: 'host {host} of store {store} cannot be resolved',
  },
  MAYFLY_STORE_LEASE_ENDED: {
    kind: 'denied',
    message: 'store {store} does not prolong a lease of {path}',
    hint: 'it has come to its end: read the path again',
  },
  MAYFLY_STORE_LOGIN_DENIED: {
    kind: 'denied',
    retry: 'backoff',
    message: 'store {store} did not accept the login as {role}',
    hint: 'check that the role exists there, which service accounts and namespaces it is bound to, and its audience',
  },
  MAYFLY_STORE_LOGIN_ENDED: {
    kind: 'unavailable',
    message: 'the login at store {store} has ended',
  },
  MAYFLY_STORE_NOT_FOUND: {
    kind: 'denied',
    retry: 'backoff',
    message: 'store {store} has nothing at {path}',
    hint: 'check the path and the version; a KV version 2 engine has "data/" behind its mount',
  },
  MAYFLY_STORE_PATH_INVALID: {
    kind: 'invalid',
    message: 'the path {path} cannot be one of store {store}: {problem}',
    hint: 'write it without a leading slash, and without segments that are empty, one dot or two dots',
  },
  MAYFLY_STORE_REDIRECT: {
    kind: 'denied',
    retry: 'backoff',
    message: 'store {store} redirects to another address',
    hint: 'redirects are not followed: give the address that answers, or have standby nodes forward requests',
  },
  MAYFLY_STORE_REFUSED: {
    kind: 'invalid',
    retry: 'backoff',
    message: 'store {store} takes the request for {path} to be wrong',
    hint: 'check which parameters the path needs, and whether it can be read at all',
  },
  MAYFLY_STORE_SEALED: {
    kind: 'unavailable',
    message: 'store {store} is sealed or in maintenance',
  },
  MAYFLY_STORE_THROTTLED: {
    kind: 'unavailable',
    message: 'store {store} asks to slow down',
  },
  MAYFLY_STORE_TOO_LARGE: {
    kind: 'exceeded',
    message: 'the answer of store {store} is over {limit} bytes',
    hint: 'split what lies at the path',
  },
  MAYFLY_STORE_UNAVAILABLE: {
    kind: 'unavailable',
    message: 'store {store} did not answer: {reason}',
  },
  MAYFLY_STORE_VERSION_UNKNOWN: {
    kind: 'invalid',
    message: 'store {store} keeps no versions of {path}',
    hint: 'leave the version out of the reference, or name a path of a KV version 2 engine',
  },
} as const satisfies Record<string, CatalogueEntry>;
