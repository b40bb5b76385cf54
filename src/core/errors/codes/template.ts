import type { CatalogueEntry } from '../kinds.ts';

/** Templates of files. `at` is line:column. */
export const templateCodes = {
  MAYFLY_TEMPLATE_SYNTAX: {
    kind: 'invalid',
    message: 'template {template} at {at}: {problem}',
    hint: 'see the reference of templates for what they may hold',
  },
  MAYFLY_TEMPLATE_FUNCTION: {
    kind: 'invalid',
    message: 'template {template} at {at}: the function {name} {problem}',
    hint: 'see the reference of templates for the functions that there are',
  },
  MAYFLY_TEMPLATE_PATH: {
    kind: 'invalid',
    message: 'template {template} at {at}: secret {problem}',
    hint: 'write secret "path" with the path as a text in quotes, as the store spells it',
  },
  MAYFLY_TEMPLATE_MISSING: {
    kind: 'invalid',
    message: 'template {template} at {at}: {name} has no value',
    hint: 'correct the name, or ask for it with if, with or sprig_default',
  },
  MAYFLY_TEMPLATE_VALUE: {
    kind: 'invalid',
    message: 'template {template} at {at}: {name} {problem}',
    hint: 'see the reference of templates for what each function takes',
  },
  MAYFLY_TEMPLATE_LIMIT: {
    kind: 'exceeded',
    message: 'template {template} is over the limit of {limit} {what}',
    hint: 'split it into several files',
  },
} as const satisfies Record<string, CatalogueEntry>;
