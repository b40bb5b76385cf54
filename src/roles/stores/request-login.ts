import type { Store } from '#core/api/store.ts';
import type { SecretBytes } from '#core/secret/secret-bytes.ts';
import type { StoreParts } from './store-parts.ts';

/** A ServiceAccount. */
export interface StoreAccount {
  readonly namespace: string;
  readonly name: string;
}

/** As short as the API server grants. */
const tokenSeconds = 600;

/**
 * As whom Mayfly logs in to a Store; null when it names nobody. Of a ClusterStore it is one of Mayfly's own namespace,
 * where only administrators write.
 */
export function nameAccount(
  { serviceAccountName, namespace }: Store,
  ownNamespace: string,
): StoreAccount | null {
  if (serviceAccountName === null) return null;
  return { namespace: namespace === '' ? ownNamespace : namespace, name: serviceAccountName };
}

/** A token of the account for one login at the store. The caller wipes it. Throws `MAYFLY_KUBE_…`. */
export async function requestLogin(
  tokens: StoreParts['tokens'],
  { account, provider }: { readonly account: StoreAccount; readonly provider: Store['provider'] },
  signal: AbortSignal,
): Promise<SecretBytes> {
  const audience = provider.kind === 'vault' ? provider.audience : null;
  return await tokens.requestToken({ ...account, audience, seconds: tokenSeconds }, { signal });
}
