import { accessByToken } from '#adapters/kube/access/access-by-token.ts';
import { createKubeStore } from '#adapters/store/kubernetes/create-kube-store.ts';
import type { Store, VaultProvider } from '#core/api/store.ts';
import type { KubeAccess } from '#core/ports/kube/kube-access.ts';
import type { KubeApi } from '#core/ports/kube/kube-api.ts';
import type { SecretStore } from '#core/ports/secret-store.ts';
import type { Clock } from '#core/ports/time.ts';
import { createError } from '#core/errors/mayfly-error.ts';
import { renderStoreRole } from '#core/store/render-role.ts';
import { checkStoreAddress, parseStoreAddress } from '#core/store/store-address.ts';
import type { AllowedStore, StoreParts } from './store-parts.ts';

export interface StoreTools {
  readonly clock: Clock;
  readonly access: KubeAccess;
  /** Asks for the tokens. */
  readonly api: KubeApi;
  makeApi(access: KubeAccess): KubeApi;
}

/** What opens the stores of a cluster. */
export function createStoreParts(tools: StoreTools): StoreParts {
  return {
    tokens: tools.api,
    open: async (store, allowed) => {
      const { provider, name, namespace } = store;
      if (provider.kind === 'vault') return await openVault({ ...store, provider }, allowed, tools);
      return createKubeStore({
        store: name,
        namespace,
        openApi: (token) => tools.makeApi(accessByToken(tools.access, token)),
      });
    },
  };
}

/** The client of Vault takes 30 MB: only who has a store has it. */
async function openVault(
  { name, provider }: Store & { readonly provider: VaultProvider },
  { entries, caller }: AllowedStore,
  { clock }: StoreTools,
): Promise<SecretStore> {
  const host = parseStoreAddress(provider.address);
  if (host === null) throw createError('MAYFLY_INTERNAL_BUG', { where: 'the address of a store' });
  const { createVaultStore } = await import('#adapters/store/vault/create-vault-store.ts');
  const role = renderStoreRole(provider.login.role, caller);
  return createVaultStore({
    store: name,
    provider: { ...provider, login: { ...provider.login, role } },
    clock,
    checkAddress: (address) => checkStoreAddress({ store: name, host, entries }, address),
  });
}
