import type { CatalogueEntry } from '../kinds.ts';

/** Mayfly's own objects: reading, validating and storing them. */
export const objectCodes = {} as const satisfies Record<string, CatalogueEntry>;
