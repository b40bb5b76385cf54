import type { CatalogueEntry } from '../kinds.ts';

/** Remembering which tokens were used, and those of the broker's own. */
export const replayCodes = {
  MAYFLY_REPLAY_UNAVAILABLE: {
    kind: 'unavailable',
    message: 'what is remembered of tokens cannot be reached: {reason}',
    hint: 'no value leaves until it can be; a file that is damaged may be deleted, tokens issued until then are refused afterwards',
  },
} as const satisfies Readonly<Record<string, CatalogueEntry>>;
