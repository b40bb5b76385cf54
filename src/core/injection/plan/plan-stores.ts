import { createError, isMayflyError, type MayflyError } from '../../errors/mayfly-error.ts';
import { renderStoreRole } from '../../store/render-role.ts';
import { decideStoreUse } from '../../tenancy/decide-store-use.ts';
import type { PlanStore } from '../agent-plan.ts';
import type { Checked } from '../annotations/parse-annotations.ts';
import type { InjectionContext } from '../injection-context.ts';

/** A store of the plan, and whom a token for it must be made for. */
export interface StoreTarget {
  readonly store: PlanStore;
  readonly audience: string;
}

/** Where the agent finds its tokens, one file a store. */
export const tokensPath = '/var/run/secrets/mayfly.dev/tokens';

/** The stores of these names, each once and in the order of their names, as the pod's service account may use them. */
export function decideStores(
  names: Iterable<string>,
  context: InjectionContext,
  serviceAccount: string,
): Checked<readonly StoreTarget[]> {
  const decided = [...new Set(names)]
    .toSorted()
    .map((name) => decideStore(name, context, serviceAccount));
  return {
    value: decided.flatMap((target) => (isMayflyError(target) ? [] : [target])),
    errors: decided.filter((target) => isMayflyError(target)),
  };
}

function decideStore(
  name: string,
  context: InjectionContext,
  serviceAccount: string,
): StoreTarget | MayflyError {
  const { namespace, policies } = context;
  const store = context.findStore(name);
  if (store === null) {
    return createError('MAYFLY_POD_STORE_UNKNOWN', { store: name, namespace: namespace.name });
  }
  const use = decideStoreUse(store, namespace, policies);
  if (use.kind === 'refused') return use.error;
  const { provider } = store;
  if (provider.kind !== 'vault') return createError('MAYFLY_POD_STORE_UNUSABLE', { store: name });
  const { kind, address, storeNamespace, ca, serverName, audience, login } = provider;
  const role = renderStoreRole(login.role, { namespace: namespace.name, serviceAccount });
  const tokenPath = `${tokensPath}/${tokenFile(name)}`;
  const reached = { name, provider: kind, address, storeNamespace, ca, serverName };
  return { store: { ...reached, login: { ...login, role }, tokenPath }, audience };
}

/** The file of a store's token below {@link tokensPath}. */
export function tokenFile(name: string): string {
  return name.startsWith('cluster/') ? name : `store/${name}`;
}
