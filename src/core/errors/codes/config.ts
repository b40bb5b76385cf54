import type { CatalogueEntry } from '../kinds.ts';

/** Configuration and the command line. */
export const configCodes = {} as const satisfies Record<string, CatalogueEntry>;
