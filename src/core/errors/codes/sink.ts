import type { CatalogueEntry } from '../kinds.ts';

/** Writing secrets to where they are read. */
export const sinkCodes = {} as const satisfies Record<string, CatalogueEntry>;
