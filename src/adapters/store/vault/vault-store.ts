import { codeOf, createError, type MayflyError } from '#core/errors/mayfly-error.ts';
import type { SecretStore, StoreSession } from '#core/ports/secret-store.ts';
import type { SecretBytes } from '#core/secret/secret-bytes.ts';
import { checkStorePath } from '#core/store/check-store-path.ts';
import { failureOfRead, failureOfStatus } from './failure-of-status.ts';
import { readLogin, readSecret, readTerm, type VaultLogin } from './read-answer.ts';
import {
  health,
  renderLogin,
  renderRead,
  renderRenewLease,
  renewSelf,
  revokeSelf,
} from './render-request.ts';
import type { CallVault, VaultAnswer, VaultOptions, VaultRequest } from './vault-options.ts';

/** Vault's API as a store, over whichever way its requests go. */
export function createStoreOverCalls(options: VaultOptions, call: CallVault): SecretStore {
  const { store, provider } = options;
  const asking = new Asking(options, call);
  return {
    probe: async (signal) => {
      await asking.ask({ ...health, token: null, namespace: null }, signal, {
        read: () => undefined,
        refuse: ({ status }) =>
          createError('MAYFLY_STORE_UNAVAILABLE', { store, reason: `status ${status}` }),
      });
    },
    login: async (token, signal) => {
      const login = await asking.ask(renderLogin(options, token), signal, {
        read: (answer) => readLogin(store, answer),
        refuse: ({ status }) =>
          createError(
            'MAYFLY_STORE_LOGIN_DENIED',
            { store, role: provider.login.role },
            { status },
          ),
      });
      return openSession(options, asking, login);
    },
  };
}

/** What becomes of an answer. */
interface Answering<T> {
  /** Of one that is well. */
  read(answer: VaultAnswer): T;
  /** Of one that is not, for a reason that depends on what was asked. */
  refuse(answer: VaultAnswer): MayflyError;
}

class Asking {
  readonly #options: VaultOptions;
  readonly #call: CallVault;

  constructor(options: VaultOptions, call: CallVault) {
    this.#options = options;
    this.#call = call;
  }

  async ask<T>(request: VaultRequest, signal: AbortSignal, answering: Answering<T>): Promise<T> {
    signal.throwIfAborted();
    try {
      const answer = await this.#call(request, signal);
      try {
        const failure = failureOfStatus(this.#options, answer);
        if (failure !== null) throw failure;
        if (answer.status >= 400) throw answering.refuse(answer);
        return answering.read(answer);
      } finally {
        answer.body.fill(0);
      }
    } finally {
      request.body?.fill(0);
    }
  }
}

function openSession(options: VaultOptions, asking: Asking, login: VaultLogin): StoreSession {
  const { store, clock, provider, pathPrefix } = options;
  const { token, durationMs, renewable, accessor, isBatch } = login;
  function ended(): MayflyError {
    return createError('MAYFLY_STORE_LOGIN_ENDED', { store });
  }
  function withToken(): { readonly token: SecretBytes; readonly namespace: string | null } {
    if (token.isWiped) throw ended();
    return { token, namespace: provider.storeNamespace };
  }
  return {
    expiresAt: durationMs === 0 ? null : clock.now() + durationMs,
    renewable,
    accessor,
    read: async (path, signal) => {
      checkStorePath(store, path.path);
      const place = pathPrefix === undefined ? path.path : `${pathPrefix}/${path.path}`;
      const asked = { ...path, path: place };
      return await asking.ask({ ...renderRead(asked), ...withToken() }, signal, {
        read: (answer) => readSecret(store, asked, answer),
        refuse: (answer) => failureOfRead(store, path.path, answer),
      });
    },
    renew: async (signal) =>
      await asking.ask({ ...renewSelf, ...withToken() }, signal, {
        read: (answer) => readTerm(store, answer),
        refuse: ended,
      }),
    renewLease: async (id, signal) =>
      await asking.ask({ ...renderRenewLease(id), ...withToken() }, signal, {
        read: (answer) => readTerm(store, answer),
        refuse: () => createError('MAYFLY_STORE_LEASE_ENDED', { store, path: pathOf(id) }),
      }),
    revoke: async (signal, { again } = { again: false }) => {
      const given = withToken();
      try {
        // The store keeps nothing of a batch token.
        if (!isBatch)
          await asking.ask({ ...revokeSelf, ...given }, signal, {
            read: () => undefined,
            refuse: ended,
          });
        token.wipe();
      } catch (error) {
        if (!again || codeOf(error) === 'MAYFLY_STORE_LOGIN_ENDED') token.wipe();
        throw error;
      }
    },
  };
}

/** The id of a lease is the path that opened it, and a random end. */
function pathOf(id: string): string {
  return id.slice(0, Math.max(0, id.lastIndexOf('/')));
}
