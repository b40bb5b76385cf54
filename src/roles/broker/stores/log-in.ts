import type { ReadAsked } from '#core/broker/broker-parts.ts';
import { createError } from '#core/errors/mayfly-error.ts';
import type { StoreSession } from '#core/ports/secret-store.ts';
import { nameAccount, requestLogin } from '../../stores/request-login.ts';
import type { StoreParts } from '../../stores/store-parts.ts';

export interface LogInDeps {
  /** Null without a cluster: nobody makes tokens there. */
  readonly stores: StoreParts | null;
  /** Mayfly's own namespace. */
  readonly ownNamespace: string;
}

/**
 * Logs in to a store as whom it names, by a token that is made for this login. Throws `MAYFLY_BROKER_STORE_LOGIN` where
 * it names nobody, and what stores and the API throw.
 */
export async function logInToStore(
  { stores, ownNamespace }: LogInDeps,
  { store, entries, onBehalfOf }: ReadAsked,
  signal: AbortSignal,
): Promise<StoreSession> {
  const { name, provider } = store;
  const account = nameAccount(store, onBehalfOf === '' ? ownNamespace : onBehalfOf);
  if (stores === null || provider.kind === 'git') {
    const problem = 'there is no cluster to make a token';
    throw createError('MAYFLY_BROKER_STORE_LOGIN', { store: name, problem });
  }
  if (account === null) {
    const problem = 'it names no ServiceAccount';
    throw createError('MAYFLY_BROKER_STORE_LOGIN', { store: name, problem });
  }
  const caller = { namespace: account.namespace, serviceAccount: account.name };
  const opened = await stores.open({ ...store, provider }, { entries, caller });
  const token = await requestLogin(stores.tokens, { account, provider }, signal);
  try {
    return await opened.login(token, signal);
  } finally {
    token.wipe();
  }
}
