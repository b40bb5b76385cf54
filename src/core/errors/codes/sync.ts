import type { CatalogueEntry } from '../kinds.ts';

/** Turning files into Secrets. */
export const syncCodes = {} as const satisfies Record<string, CatalogueEntry>;
