import type { CatalogueEntry } from '../kinds.ts';

/** Remembering which tokens were used. */
export const replayCodes = {
  MAYFLY_REPLAY_UNAVAILABLE: {
    kind: 'unavailable',
    message: 'uses of tokens cannot be recorded: {reason}',
    hint: 'no value leaves until they can be; a file that is damaged may be deleted, tokens issued until then are refused afterwards',
  },
} as const satisfies Readonly<Record<string, CatalogueEntry>>;
