import { parseAccessPolicy } from '#core/api/parse-access-policy.ts';
import type { StoredObject } from '#core/api/object.ts';
import type { Parsed } from '#core/api/schema/validate.ts';
import { parseStore, type Store } from '#core/api/store.ts';
import { parseTokenIssuer, type TokenIssuer } from '#core/api/token-issuer.ts';
import type { PolicyInUse } from '#core/broker/broker-parts.ts';
import { compilePolicy } from '#core/trust/compile-policy.ts';

/** What the broker keeps of the objects of each kind that it decides by. */
export interface KeptObject {
  readonly TokenIssuer: TokenIssuer;
  readonly AccessPolicy: PolicyInUse;
  readonly ClusterAccessPolicy: PolicyInUse;
  readonly Store: Store;
  readonly ClusterStore: Store;
}

export type KeptKind = keyof KeptObject;

/** What is kept of an object; null for one that is wrong: its own condition says what is wrong with it. */
export const keepers: { readonly [K in KeptKind]: (object: StoredObject) => KeptObject[K] | null } =
  {
    TokenIssuer: (object) => valueOf(parseTokenIssuer(object)),
    AccessPolicy: keepPolicy,
    ClusterAccessPolicy: keepPolicy,
    Store: (object) => valueOf(parseStore(object)),
    ClusterStore: (object) => valueOf(parseStore(object)),
  };

function keepPolicy(object: StoredObject): PolicyInUse | null {
  const policy = valueOf(parseAccessPolicy(object));
  return policy === null ? null : { policy, compiled: compilePolicy(policy) };
}

function valueOf<T>(parsed: Parsed<T>): T | null {
  return parsed.kind === 'valid' ? parsed.value : null;
}
