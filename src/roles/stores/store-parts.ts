import type { GitProvider, Store } from '#core/api/store.ts';
import type { KubeApi } from '#core/ports/kube/kube-api.ts';
import type { SecretStore } from '#core/ports/secret-store.ts';
import type { StoreCaller } from '#core/store/render-role.ts';
import type { StoreHost } from '#core/store/store-address.ts';

/** What opens stores, and logs in to them. */
export interface StoreParts {
  /** A store that is allowed; nothing is sent yet. */
  open(store: DialledStore, allowed: AllowedStore): Promise<SecretStore>;
  readonly tokens: Pick<KubeApi, 'requestToken'>;
}

/** A store that somebody can log in to. */
export interface DialledStore extends Store {
  readonly provider: Exclude<Store['provider'], GitProvider>;
}

/** What stands behind the use of a store. */
export interface AllowedStore {
  /** What an administrator wrote that allows its address. */
  readonly entries: readonly StoreHost[];
  /** Who logs in. */
  readonly caller: StoreCaller;
}
