import type { CatalogueEntry } from '../kinds.ts';

/** Writing values into files for programs. */
export const formatCodes = {
  MAYFLY_FORMAT_VALUE: {
    kind: 'invalid',
    message: 'the value of {key} cannot be written as {format}: it {problem}',
    hint: 'choose another format, or write the file with a template',
  },
  MAYFLY_FORMAT_KEY: {
    kind: 'invalid',
    message: 'the key {key} cannot be written as {format}: it {problem}',
    hint: 'rename the key, choose another format, or write the file with a template',
  },
  MAYFLY_FORMAT_FIELDS: {
    kind: 'invalid',
    message: '{format} needs {needs}',
    hint: 'give the secret these keys and no others, or write the file with a template',
  },
  MAYFLY_FORMAT_TOO_LARGE: {
    kind: 'exceeded',
    message: 'the rendered file is larger than {limit} bytes',
    hint: 'read fewer keys into one file',
  },
  MAYFLY_FORMAT_VARIABLE: {
    kind: 'invalid',
    message: 'the variable {variable} cannot be set: its value {problem}',
    hint: 'deliver it as a file (in a pod mayfly.dev/secret.NAME, in a job --file), or keep it base64-encoded in the store',
  },
  MAYFLY_FORMAT_VARIABLE_EMPTY: {
    kind: 'invalid',
    message: 'the variable {variable} cannot be set: its value is missing or empty',
    hint: 'give it a value in the store, or say that the variable is optional',
  },
} as const satisfies Record<string, CatalogueEntry>;
