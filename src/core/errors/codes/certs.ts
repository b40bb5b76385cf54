import type { CatalogueEntry } from '../kinds.ts';

/** The authority for the certificates of the webhook. */
export const certsCodes = {
  MAYFLY_CERTS_SECRET_MISSING: {
    kind: 'invalid',
    retry: 'backoff',
    message: 'there is no secret {secret} to keep certificates in',
    hint: 'apply the empty Secret of manifests/base: mayfly certs fills it, and may not create one',
  },
  MAYFLY_CERTS_WEBHOOK_MISSING: {
    kind: 'invalid',
    message: 'there is no {webhook}',
    hint: 'apply it, or take its name out of the section certs of the configuration',
  },
  MAYFLY_CERTS_DAMAGED: {
    kind: 'corrupt',
    message: 'the key {key} of the secret {secret} {problem}',
    hint: 'what can still be used is kept and the rest is made anew; find out who else writes to it',
  },
  MAYFLY_CERTS_INJECTION: {
    kind: 'invalid',
    message: 'the certificate authority of {webhook} {problem}',
    hint: 'look at the Certificate and at the cainjector of cert-manager; docs/certificates.md has what both need',
  },
  MAYFLY_CERTS_FILE: {
    kind: 'invalid',
    message: 'the certificate file {path} {problem}',
    hint: 'put a certificate that is valid for longer in its place',
  },
} as const satisfies Record<string, CatalogueEntry>;
