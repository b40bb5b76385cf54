import type { Store, VaultProvider } from '../api/store.ts';
import type { StoreAllowance } from '../api/tenant-policy.ts';
import { createError, isMayflyError, type MayflyError } from '../errors/mayfly-error.ts';
import { matchRolePattern } from '../store/render-role.ts';
import { matchStoreEntry, parseStoreAddress, type StoreHost } from '../store/store-address.ts';
import { decideNearest, type Verdict } from './nearest-verdict.ts';
import type { PolicyView } from './policy-view.ts';
import { closedLabel, labelPolicy } from './rules.ts';
import { isNamespaceSelected, type Namespace } from './select-namespace.ts';

export type StoreDecision =
  | {
      readonly kind: 'allowed';
      /** What an administrator wrote that allows the address, for the check of what it resolves to. */
      readonly entries: readonly StoreHost[];
    }
  | { readonly kind: 'refused'; readonly error: MayflyError };

/**
 * Whether the pods of a namespace may use a store. A ClusterStore is for the namespaces it selects. A Store is for its
 * own, and one of the policies that select this namespace has to allow its address, role and audience as a whole; with
 * none of them it is not used. `policies` are those that select the namespace. The refusal is that of the policy that
 * came nearest, named with its clause.
 */
export function decideStoreUse(
  store: Store,
  namespace: Namespace,
  policies: readonly PolicyView[],
): StoreDecision {
  const { name, provider, namespaceSelector } = store;
  const isMeant =
    namespaceSelector === null
      ? store.namespace === namespace.name
      : isNamespaceSelected(namespaceSelector, namespace);
  if (!isMeant) {
    const params = { store: name, namespace: namespace.name };
    return refuse(createError('MAYFLY_TENANCY_STORE_NAMESPACE', params));
  }
  if (store.suspend) return refuse(createError('MAYFLY_TENANCY_STORE_SUSPENDED', { store: name }));
  // What these read is of this namespace, or is asked for by a GitSource, which is judged by itself.
  if (provider.kind !== 'vault') return { kind: 'allowed', entries: [] };
  if (namespaceSelector !== null) return allowOwn(provider);
  return decideByPolicies({ store, provider }, policies);
}

/** Of an administrator's object the address itself is the entry. */
function allowOwn({ address }: VaultProvider): StoreDecision {
  const host = parseStoreAddress(address);
  return { kind: 'allowed', entries: host === null ? [] : [host] };
}

interface Wanted {
  readonly store: Store;
  readonly provider: VaultProvider;
}

interface StoreVerdict extends Verdict {
  /** Where it refuses, why the next clause does not hold. */
  readonly decision: StoreDecision;
}

function decideByPolicies(wanted: Wanted, policies: readonly PolicyView[]): StoreDecision {
  if (policies.length === 0) return judge(wanted, closed, closedLabel).decision;
  const nearest = decideNearest(wanted.store.namespace, policies, (policy, others) =>
    judge(wanted, policy.stores ?? closed, labelPolicy(policy, others)),
  );
  return isMayflyError(nearest) ? refuse(nearest) : nearest.decision;
}

const closed: StoreAllowance = { addresses: [], roles: [], audiences: [] };

function judge(
  { store, provider }: Wanted,
  allowance: StoreAllowance,
  policy: string,
): StoreVerdict {
  const { address, audience, login } = provider;
  const params = { store: `${store.namespace}/${store.name}`, policy };
  const host = parseStoreAddress(address);
  const entries = allowance.addresses.filter(
    (entry) => host !== null && matchStoreEntry(entry, host),
  );
  if (entries.length === 0) {
    return { clauses: 0, decision: refuse(createError('MAYFLY_TENANCY_STORE_ADDRESS', params)) };
  }
  if (!allowance.roles.some((entry) => matchRolePattern(entry, login.role, store.namespace))) {
    return { clauses: 1, decision: refuse(createError('MAYFLY_TENANCY_STORE_ROLE', params)) };
  }
  if (audience !== address && !allowance.audiences.includes(audience)) {
    return { clauses: 2, decision: refuse(createError('MAYFLY_TENANCY_STORE_AUDIENCE', params)) };
  }
  return { clauses: 3, decision: { kind: 'allowed', entries } };
}

function refuse(error: MayflyError): StoreDecision {
  return { kind: 'refused', error };
}
