import type { CatalogueEntry } from '../kinds.ts';

/** Fetching and reading git repositories. */
export const gitCodes = {} as const satisfies Record<string, CatalogueEntry>;
