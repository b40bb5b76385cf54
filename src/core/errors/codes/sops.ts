import type { CatalogueEntry } from '../kinds.ts';

/** Encrypted files in the SOPS format. */
export const sopsCodes = {} as const satisfies Record<string, CatalogueEntry>;
