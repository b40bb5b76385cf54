import type { CatalogueEntry } from '../kinds.ts';

/** Identities and recipients of age (https://age-encryption.org/v1). */
export const ageCodes = {
  MAYFLY_AGE_IDENTITY_INVALID: {
    kind: 'invalid',
    message: 'line {line} of key file {file} is not an age identity',
    hint: 'a line holds one AGE-SECRET-KEY-1 or AGE-SECRET-KEY-PQ-1 identity, or a comment; an ed25519 or rsa private key (2048 bits and more) stands as a PEM block',
  },
  MAYFLY_AGE_IDENTITY_PLUGIN: {
    kind: 'invalid',
    message: 'line {line} of key file {file} is a plugin identity',
    hint: 'plugins are not run; use an X25519, post-quantum or ssh identity',
  },
  MAYFLY_AGE_IDENTITY_PROTECTED: {
    kind: 'invalid',
    message: 'line {line} of key file {file} starts a key that is protected by a passphrase',
    hint: 'only the command line asks for passphrases; remove the passphrase from a key that a server uses',
  },
  MAYFLY_AGE_IDENTITY_NONE: {
    kind: 'invalid',
    message: 'key file {file} holds no identity',
    hint: 'age-keygen makes one',
  },
  MAYFLY_AGE_IDENTITY_LIMIT: {
    kind: 'exceeded',
    message: 'key file {file} is larger than {limit}',
  },
  MAYFLY_AGE_PASSPHRASE_WRONG: {
    kind: 'denied',
    message: 'the passphrase does not open key file {file}',
    hint: 'try again with the passphrase that protects this file',
  },
  MAYFLY_AGE_RECIPIENT_INVALID: {
    kind: 'invalid',
    message: 'recipient {recipient} is not an age recipient',
    hint: 'use age1…, age1pq1…, or the ssh-ed25519 or ssh-rsa (2048 bits and more) line of a public key file',
  },
  MAYFLY_AGE_KEY_MALFORMED: {
    kind: 'corrupt',
    message: 'the data key wrapped for {recipient} is not a well-formed age file',
  },
  MAYFLY_AGE_KEY_TAMPERED: {
    kind: 'corrupt',
    message: 'the data key wrapped for {recipient} does not verify',
  },
} as const satisfies Record<string, CatalogueEntry>;
