import type { CatalogueEntry } from '../kinds.ts';

/** The administrator's configuration. `{place}` is a file, an environment variable or a flag. */
export const configCodes = {
  MAYFLY_CONFIG_UNKNOWN: {
    kind: 'invalid',
    message: '{place}: {key} is not a setting; {suggestion}',
    hint: 'the configuration reference lists every setting with its environment variable and flag',
  },
  MAYFLY_CONFIG_INVALID: {
    kind: 'invalid',
    message: '{place}: {key} {problem}',
    hint: 'correct it there; the configuration reference says what the setting takes',
  },
  MAYFLY_CONFIG_CONFLICT: {
    kind: 'invalid',
    message: '{key} {problem}',
    hint: 'change one of the two; the configuration reference explains both',
  },
} as const satisfies Record<string, CatalogueEntry>;
