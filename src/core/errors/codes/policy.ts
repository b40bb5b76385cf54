import type { CatalogueEntry } from '../kinds.ts';

/** Access policies. `{clause}` is the part of the spec, such as `subjects[0].github.ref`; no value is ever quoted. */
export const policyCodes = {
  MAYFLY_POLICY_ISSUER_UNKNOWN: {
    kind: 'invalid',
    message: '{clause} names no valid TokenIssuer',
    hint: 'correct the name, or ask the administrator for a TokenIssuer; its conditions say what is wrong with it',
  },
  MAYFLY_POLICY_ISSUER_KIND: {
    kind: 'invalid',
    message: '{clause} names a TokenIssuer of kind {kind}',
    hint: 'name a TokenIssuer of the system that the subject is of',
  },
} as const satisfies Record<string, CatalogueEntry>;
