import type { CatalogueEntry } from '../kinds.ts';

/** Broken invariants of Mayfly itself. */
export const internalCodes = {
  MAYFLY_INTERNAL_BUG: {
    kind: 'bug',
    message: 'a broken invariant in {where}',
    hint: 'please report this with the version and the log lines around it',
  },
  MAYFLY_INTERNAL_SECRET_WIPED: {
    kind: 'bug',
    message: 'a secret was used after it had been wiped',
    hint: 'please report this with the version and the log lines around it',
  },
} as const satisfies Record<string, CatalogueEntry>;
