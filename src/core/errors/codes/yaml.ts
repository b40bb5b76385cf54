import type { CatalogueEntry } from '../kinds.ts';

/** YAML of any kind: objects, configuration and encrypted files. */
export const yamlCodes = {
  MAYFLY_YAML_SYNTAX: {
    kind: 'invalid',
    message: 'not valid YAML: {name}, line {line}',
    hint: 'correct the YAML at that line',
  },
  MAYFLY_YAML_UNSUPPORTED: {
    kind: 'invalid',
    message: '{feature} cannot be read here: {name}, line {line}',
    hint: 'write the document with plain maps, lists and scalars',
  },
  MAYFLY_YAML_DUPLICATE_KEY: {
    kind: 'invalid',
    message: 'a map has the same key twice: {name}, line {line}',
    hint: 'remove one of the two entries',
  },
  MAYFLY_YAML_LIMIT: {
    kind: 'exceeded',
    message: 'more than {limit} {what} in YAML: {name}, line {line}',
    hint: 'split the file or make it smaller',
  },
} as const satisfies Record<string, CatalogueEntry>;
