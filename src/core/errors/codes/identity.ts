import type { CatalogueEntry } from '../kinds.ts';

/** Proving who asks. `{issuer}` is the name of a TokenIssuer. Nothing of a token is in a message. */
export const identityCodes = {
  MAYFLY_ISSUER_AMBIGUOUS: {
    kind: 'denied',
    message: 'the token is as good for the TokenIssuers {issuers}',
    hint: 'give TokenIssuers with the same issuer and the same keys different audiences',
  },
  MAYFLY_ISSUER_KEYS: {
    kind: 'invalid',
    message: 'the keys of issuer {issuer} {problem}',
    hint: 'give a JSON Web Key Set of public keys: {"keys": [...]}, as the jwks_uri of the issuer answers it',
  },
  MAYFLY_ISSUER_UNAVAILABLE: {
    kind: 'unavailable',
    message: 'the keys of issuer {issuer} cannot be had: {reason}',
  },
  MAYFLY_TOKEN_ALGORITHM: {
    kind: 'unauthenticated',
    message: 'the token is signed in another way than issuer {issuer} allows: {algorithms}',
  },
  MAYFLY_TOKEN_AUDIENCE: {
    kind: 'unauthenticated',
    message: 'the token is not for here: it must be made for {audiences}',
  },
  MAYFLY_TOKEN_AUDIENCES: {
    kind: 'unauthenticated',
    message:
      'the token is for {count} audiences, and issuer {issuer} allows only one (singleAudience)',
  },
  MAYFLY_TOKEN_EARLY: {
    kind: 'unauthenticated',
    message: 'the token is not valid before {seconds} s from now: its {claim}',
  },
  MAYFLY_TOKEN_EXPIRED: {
    kind: 'unauthenticated',
    message: 'the token ended {seconds} s ago',
  },
  MAYFLY_TOKEN_ISSUER_UNKNOWN: {
    kind: 'unauthenticated',
    message: 'no TokenIssuer in use has the issuer of the token',
  },
  MAYFLY_TOKEN_KEY_UNKNOWN: {
    kind: 'unauthenticated',
    message: 'issuer {issuer} has no key that the token could be signed with',
  },
  MAYFLY_TOKEN_LIFETIME: {
    kind: 'unauthenticated',
    message: 'the token lives {seconds} s, and issuer {issuer} allows {limit} s (maxTokenAge)',
  },
  MAYFLY_TOKEN_MALFORMED: {
    kind: 'unauthenticated',
    message: 'the token {problem}',
    hint: 'it is a JSON Web Token; mayfly explain token also takes its claims, as a JSON object',
  },
  MAYFLY_TOKEN_SIGNATURE: {
    kind: 'unauthenticated',
    message: 'the signature of the token is not of a key of issuer {issuer}',
  },
} as const satisfies Readonly<Record<string, CatalogueEntry>>;
