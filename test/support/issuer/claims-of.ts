import type { Claims, Identity, IssuerKind } from '#core/identity/identity.ts';
import { makeClaims } from './real-claims.ts';

/** The claims of a token of a system, some of which are changed; undefined leaves one out. */
export function claimsOf(kind: IssuerKind, change: Readonly<Record<string, unknown>> = {}): Claims {
  return makeClaims(kind, Date.UTC(2026, 0, 1), change);
}

/** Its attributes as an object. */
export function attributesOf({
  attributes,
}: Pick<Identity, 'attributes'>): Readonly<Record<string, unknown>> {
  return Object.fromEntries(attributes);
}
