import type { CatalogueEntry } from '../kinds.ts';

/** Jobs and people who ask a broker. `{server}` is whom they ask, as people name it. Nothing of a token is in a message. */
export const ciCodes = {
  MAYFLY_CI_ADDRESS: {
    kind: 'invalid',
    message: 'the address of {server} is none such as https://mayfly.example.com:8443',
    hint: 'write https://HOST or https://HOST:PORT, in lower case and without a path; nothing else is spoken to',
  },
  MAYFLY_CI_ANSWER: {
    kind: 'unavailable',
    message: 'what {server} answered cannot be read',
    hint: 'look whether the address is right, and whether both sides are of versions that fit',
  },
  MAYFLY_CI_CA_INVALID: {
    kind: 'invalid',
    message: 'the CA for {server} holds no PEM certificate',
    hint: 'give the certificates as PEM blocks, BEGIN CERTIFICATE to END CERTIFICATE',
  },
  MAYFLY_CI_CERTIFICATE: {
    kind: 'denied',
    message: 'the certificate of {server} is not trusted',
    hint: 'give the CA that signed it: --ca FILE for the broker (of the Action: ca), NODE_EXTRA_CA_CERTS for others',
  },
  MAYFLY_CI_CERTIFICATE_NAME: {
    kind: 'denied',
    message: 'the certificate of {server} does not bear the name {name}',
    hint: 'use the address that the certificate is for',
  },
  MAYFLY_CI_DENIED: {
    kind: 'denied',
    message: 'the broker denied; its audit log tells why under {auditId}',
    hint: 'check the names of the policy, stores and paths, and that the token was not used before; whoever keeps the policy finds the clause under the audit id, or with mayfly explain token',
  },
  MAYFLY_CI_FOLDER: {
    kind: 'denied',
    message: 'the folder {path} cannot hold the files: it {problem}',
    hint: 'name a folder that is not there yet, in memory and outside of the checkout, such as /dev/shm/mayfly-JOB',
  },
  MAYFLY_CI_FOLDER_DISK: {
    kind: 'denied',
    message: 'the files would be written to a disk, at {path}',
    hint: 'name a folder in memory with --folder, or accept the disk with --allow-disk (of the Action: allow-disk)',
  },
  MAYFLY_CI_LOGIN_DENIED: {
    kind: 'denied',
    message: 'the login at {server} was not given ({reason})',
    hint: 'run the command again and confirm the code in the browser before it ends',
  },
  MAYFLY_CI_MASK_SHORT: {
    kind: 'denied',
    message:
      'the value of {name} has under {characters} characters: masking it would make logs unreadable',
    hint: 'use a longer value, or accept that the log may show it with --allow-short (of the Action: allow-short)',
  },
  MAYFLY_CI_PROGRAM: {
    kind: 'invalid',
    message: 'the program {program} cannot be started ({reason})',
    hint: 'check its name, PATH and that it may be executed',
  },
  MAYFLY_CI_REDIRECT: {
    kind: 'denied',
    message: '{server} redirects to another address',
    hint: 'redirects are not followed: give the address that answers',
  },
  MAYFLY_CI_REFUSED: {
    kind: 'invalid',
    message: '{server} takes the request to be wrong ({status} {reason})',
    hint: 'check the references and the ttl; a broker of another version may know other requests',
  },
  MAYFLY_CI_SECRET: {
    kind: 'invalid',
    message: 'a secret that is asked for is wrong: {problem}',
    hint: 'write NAME=STORE:PATH#KEY, where NAME is letters, digits and underscores',
  },
  MAYFLY_CI_THROTTLED: {
    kind: 'unavailable',
    message: '{server} asks to slow down',
  },
  MAYFLY_CI_TOKEN_NONE: {
    kind: 'invalid',
    message: 'there is no identity token: {problem}',
    hint: 'the page of your CI system in docs/ci shows what a job needs; elsewhere name --token-file or --token-env, and as a person --login ISSUER --client-id ID',
  },
  MAYFLY_CI_TOKEN_REFUSED: {
    kind: 'unauthenticated',
    message: '{server} did not accept the identity token; the audit log tells why under {auditId}',
    hint: 'its audience must be the address of the broker, or what the TokenIssuer names (--audience); it may also have expired, or been used before',
  },
  MAYFLY_CI_TOKEN_SHAPE: {
    kind: 'invalid',
    message: 'what came from {source} is no identity token',
    hint: 'it must be a JSON Web Token of at most 16 KiB',
  },
  MAYFLY_CI_TOO_LARGE: {
    kind: 'exceeded',
    message: 'the answer of {server} is over {limit} bytes',
    hint: 'ask for fewer values at once',
  },
  MAYFLY_CI_UNAVAILABLE: {
    kind: 'unavailable',
    message: '{server} did not answer: {reason}',
  },
  MAYFLY_CI_UNRESOLVED: {
    kind: 'unavailable',
    message: 'host {host} of {server} cannot be resolved',
  },
  MAYFLY_CI_VALUE_MISSING: {
    kind: 'invalid',
    message:
      'the policy grants it, but a value is not there ({reason}); the audit log of the broker names it under {auditId}',
    hint: 'check the paths and keys of the references',
  },
} as const satisfies Readonly<Record<string, CatalogueEntry>>;
