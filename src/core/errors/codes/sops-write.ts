import type { CatalogueEntry } from '../kinds.ts';

/** Writing encrypted files in the SOPS format. */
export const sopsWriteCodes = {
  MAYFLY_SOPS_ALREADY_ENCRYPTED: {
    kind: 'invalid',
    message: '{path} carries sops metadata already',
    hint: 'give the plain file, and the encrypted one as --previous to keep what did not change',
  },
  MAYFLY_SOPS_NOTHING_TO_ENCRYPT: {
    kind: 'invalid',
    message: '{path} holds no document that can be encrypted',
    hint: 'give a file with at least one map of keys and values',
  },
  MAYFLY_SOPS_NO_RECIPIENT: {
    kind: 'invalid',
    message: '{path} cannot be encrypted for nobody',
    hint: 'name one or more recipients with --age, or the previous version of the file with --previous',
  },
  MAYFLY_SOPS_BINARY_RULE: {
    kind: 'invalid',
    message: '{path} is encrypted as a whole, so no rule applies to it',
    hint: 'leave the rule out, or tell the format of the file with --input-type',
  },
  MAYFLY_SOPS_COMMENT_RULE: {
    kind: 'invalid',
    message: 'the comment rule for {path} also matches an encrypted comment',
    hint: 'choose a pattern that cannot match text such as ENC[AES256_GCM,…]',
  },
  MAYFLY_SOPS_PREVIOUS_PLAIN: {
    kind: 'invalid',
    message: 'the previous file {path} is not encrypted, or is of another format',
    hint: 'give the encrypted file of the same format that this one replaces',
  },
  MAYFLY_SOPS_PREVIOUS_GROUPS: {
    kind: 'invalid',
    message: 'the previous file {path} has several key groups',
    hint: 'update a file with key groups with sops edit',
  },
} as const satisfies Record<string, CatalogueEntry>;
