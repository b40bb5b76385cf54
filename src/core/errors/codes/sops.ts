import type { CatalogueEntry } from '../kinds.ts';

/** Encrypted files in the SOPS format. */
export const sopsCodes = {
  MAYFLY_SOPS_SYNTAX: {
    kind: 'invalid',
    message: '{path} is not valid {format}, line {line}',
    hint: 'decrypt the file with sops, or take its last good version, and write it again',
  },
  MAYFLY_SOPS_DUPLICATE_KEY: {
    kind: 'invalid',
    message: '{path} has a key twice, line {line}',
    hint: 'remove one of the two entries with sops edit',
  },
  MAYFLY_SOPS_METADATA: {
    kind: 'corrupt',
    message: 'the sops metadata of {path} is not readable: {field}',
    hint: 'take the last good version of the file; sops wrote the metadata and it must not be edited',
  },
  MAYFLY_SOPS_PATTERN: {
    kind: 'invalid',
    message: 'the {field} of {path} is not a valid regular expression',
    hint: 'write the pattern in the syntax of RE2 and encrypt the file again',
  },
  MAYFLY_SOPS_LIMIT: {
    kind: 'exceeded',
    message: '{path} has more than {limit} {what}',
    hint: 'split the file, or raise the limit of the source',
  },
  MAYFLY_SOPS_TIMEOUT: {
    kind: 'exceeded',
    message: 'reading {path} took more than {seconds} s',
    hint: 'split the file',
  },
  MAYFLY_SOPS_NO_KEY: {
    kind: 'denied',
    message: 'none of the given keys opens {path}; it is encrypted for {recipients}',
    hint: 'give an identity of one of these recipients, or add a recipient with sops updatekeys',
  },
  MAYFLY_SOPS_KEY_GROUPS: {
    kind: 'denied',
    message: 'the given keys open {opened} of the {needed} key groups that {path} needs',
    hint: 'give an identity for more of the key groups of the file',
  },
  MAYFLY_SOPS_DATA_KEY: {
    kind: 'corrupt',
    message: 'the data key of {path} was opened but is not a key of this format',
    hint: 'take the last good version of the file',
  },
  MAYFLY_SOPS_VALUE: {
    kind: 'corrupt',
    message: 'an encrypted value of {path} does not verify: at {key}',
    hint: 'the value was changed without sops; take the last good version of the file',
  },
  MAYFLY_SOPS_VALUE_PLAIN: {
    kind: 'corrupt',
    message: 'a value of {path} is not encrypted where the rule of the file demands it: at {key}',
    hint: 'encrypt the file with sops; if the value was ever pushed, replace it',
  },
  MAYFLY_SOPS_MAC_MISSING: {
    kind: 'corrupt',
    message: '{path} has no MAC',
    hint: 'the file was changed without sops; take its last good version',
  },
  MAYFLY_SOPS_MAC_MISMATCH: {
    kind: 'corrupt',
    message: 'the MAC of {path} does not match its content',
    hint: 'the file was changed without sops, or merged; take its last good version or write it again with sops',
  },
  MAYFLY_SOPS_RENDER: {
    kind: 'invalid',
    message: 'the content of {path} cannot be written as {format}: at {key}',
    hint: 'choose another output type',
  },
} as const satisfies Record<string, CatalogueEntry>;
