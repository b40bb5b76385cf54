import type { Identity, IssuerKind } from '#core/identity/identity.ts';
import { parseIdentity } from '#core/identity/parse-identity.ts';
import { makeClaims } from './real-claims.ts';

/** Who a token of a system is of, some of whose claims are changed; undefined leaves one out. */
export function identityOf(
  kind: IssuerKind,
  change: Readonly<Record<string, unknown>> = {},
): Identity {
  return parseIdentity({ kind, name: kind }, makeClaims(kind, Date.UTC(2026, 0, 1), change));
}

/** Its attributes as an object. */
export function attributesOf({ attributes }: Identity): Readonly<Record<string, unknown>> {
  return Object.fromEntries(attributes);
}
