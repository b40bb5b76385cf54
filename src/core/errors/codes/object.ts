import type { CatalogueEntry } from '../kinds.ts';

/** Mayfly's own objects: reading, validating and storing them. */
export const objectCodes = {
  MAYFLY_OBJECT_FIELD_UNKNOWN: {
    kind: 'invalid',
    message: 'there is no field {field}: {suggestion}',
    hint: 'correct the name or remove the field; nothing is accepted and ignored',
  },
  MAYFLY_OBJECT_FIELD_MISSING: {
    kind: 'invalid',
    message: 'the field {field} is missing',
    hint: 'add the field; the reference of kinds says what it means',
  },
  MAYFLY_OBJECT_FIELD_INVALID: {
    kind: 'invalid',
    message: 'the field {field} {problem}',
    hint: 'correct the field; the reference of kinds says what it takes',
  },
  MAYFLY_OBJECT_FIELDS_MORE: {
    kind: 'invalid',
    message: 'beside these, more is wrong: {count}',
    hint: 'correct what is named; the rest is named then',
  },
  MAYFLY_OBJECT_KIND_UNKNOWN: {
    kind: 'invalid',
    message: 'the object is none of Mayfly: {suggestion}',
    hint: 'set apiVersion to mayfly.dev/v1alpha1 and kind to one of the known kinds',
  },
  MAYFLY_OBJECT_STATUS_UNREADABLE: {
    kind: 'corrupt',
    message: 'the stored status of {kind} {object} is damaged at {field}',
    hint: 'restore it from a backup, or remove it to begin anew: what was accepted before is then forgotten',
  },
  MAYFLY_OBJECT_STATUS_TOO_LARGE: {
    kind: 'exceeded',
    message: 'the status of {kind} {object} is over {limit} bytes',
    hint: 'split the object: let several follow a folder each',
  },
  MAYFLY_OBJECT_CONFLICT: {
    kind: 'conflict',
    message: '{kind} {object} was changed by somebody else in between',
  },
} as const satisfies Record<string, CatalogueEntry>;
