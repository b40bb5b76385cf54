import type { FurtherCondition } from '#core/api/status/conditions.ts';
import { isMayflyError, type MayflyError } from '#core/errors/mayfly-error.ts';
import type { SecretStore } from '#core/ports/secret-store.ts';
import type { StoreHost } from '#core/store/store-address.ts';
import { renderReason } from '#platform/reconcile/attempt.ts';
import { requestLogin, type StoreAccount } from '../../stores/request-login.ts';
import type { DialledStore, StoreParts } from '../../stores/store-parts.ts';

export interface LookRequest {
  readonly store: DialledStore;
  /** As whom the login is tried; null tries none. */
  readonly account: StoreAccount | null;
  readonly entries: readonly StoreHost[];
}

/** What a look at a store told. */
export interface Look {
  readonly conditions: readonly FurtherCondition[];
  /** The first thing that is wrong; null when all is well. */
  readonly error: MayflyError | null;
}

/** Asks a store whether it answers, then logs in, gives the login back, and says what came of both. */
export async function lookAtStore(
  stores: StoreParts,
  request: LookRequest,
  signal: AbortSignal,
): Promise<Look> {
  const { store, account, entries } = request;
  const caller = { namespace: account?.namespace ?? '', serviceAccount: account?.name ?? '' };
  const opened = await stores.open(store, { entries, caller });
  const probed = await attempt(() => opened.probe(signal), signal);
  const reachable = render('Reachable', probed, 'it answers and takes logins');
  if (probed !== null || account === null) return { conditions: [reachable], error: probed };
  const tried = await attempt(() => tryLogin(stores, { opened, store, account }, signal), signal);
  const words = `it accepts the login of ${account.namespace}/${account.name}`;
  return { conditions: [reachable, render('LoginAccepted', tried, words)], error: tried };
}

interface LoginAttempt {
  readonly opened: SecretStore;
  readonly store: DialledStore;
  readonly account: StoreAccount;
}

async function tryLogin(
  { tokens }: StoreParts,
  { opened, store: { provider }, account }: LoginAttempt,
  signal: AbortSignal,
): Promise<void> {
  const token = await requestLogin(tokens, { account, provider }, signal);
  try {
    const session = await opened.login(token, signal);
    await session.revoke(signal);
  } finally {
    token.wipe();
  }
}

/** The failure of a step; null when there was none. What is no failure of the store goes on. */
async function attempt(
  step: () => Promise<void>,
  signal: AbortSignal,
): Promise<MayflyError | null> {
  try {
    await step();
    return null;
  } catch (error) {
    signal.throwIfAborted();
    if (isMayflyError(error) && error.kind !== 'bug') return error;
    throw error;
  }
}

function render(type: string, error: MayflyError | null, well: string): FurtherCondition {
  if (error === null) return { type, status: 'True', reason: 'Succeeded', message: well };
  return { type, status: 'False', reason: renderReason(error.code), message: error.message };
}
