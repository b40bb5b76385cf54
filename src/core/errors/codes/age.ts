import type { CatalogueEntry } from '../kinds.ts';

/** Identities and recipients of age (https://age-encryption.org/v1). */
export const ageCodes = {} as const satisfies Record<string, CatalogueEntry>;
