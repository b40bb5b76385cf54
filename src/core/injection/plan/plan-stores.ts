import { createError, isMayflyError, type MayflyError } from '../../errors/mayfly-error.ts';
import type { Store, VaultProvider } from '../../api/store.ts';
import { renderStoreRole, type StoreCaller } from '../../store/render-role.ts';
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
  return store.provider.kind === 'vault'
    ? planVault(store.provider, name, { namespace: namespace.name, serviceAccount })
    : planServed(store, context);
}

function planVault(provider: VaultProvider, name: string, pod: StoreCaller): StoreTarget {
  const { kind, address, storeNamespace, ca, serverName, audience, login } = provider;
  const role = renderStoreRole(login.role, pod);
  const reached = {
    name,
    provider: kind,
    address,
    pathPrefix: null,
    storeNamespace,
    ca,
    serverName,
  };
  return {
    store: { ...reached, login: { ...login, role }, tokenPath: tokenPathOf(name) },
    audience,
  };
}

/** The broker speaks as Vault does: the role of a login is the policy, and paths begin with the name of the store. */
function planServed(
  { name, namespace, policy }: Store,
  { settings: { broker } }: InjectionContext,
): StoreTarget | MayflyError {
  if (broker === null) return createError('MAYFLY_POD_STORE_UNUSABLE', { store: name });
  if (policy === null) return createError('MAYFLY_POD_STORE_POLICY', { store: name });
  const { address, audience, ca } = broker;
  return {
    store: {
      name,
      provider: 'vault',
      address,
      pathPrefix: `${name}/data`,
      storeNamespace: null,
      ca,
      serverName: null,
      login: { method: 'jwt', mount: 'jwt', role: `${namespace}/${policy}` },
      tokenPath: tokenPathOf(name),
    },
    audience,
  };
}

function tokenPathOf(name: string): string {
  return `${tokensPath}/${tokenFile(name)}`;
}

/** The file of a store's token below {@link tokensPath}. */
export function tokenFile(name: string): string {
  return name.startsWith('cluster/') ? name : `store/${name}`;
}
