import type { ReadAsked } from '#core/broker/broker-parts.ts';
import type { Store } from '#core/api/store.ts';
import { isMayflyError } from '#core/errors/mayfly-error.ts';
import type { StoreSession } from '#core/ports/secret-store.ts';
import type { Clock, Instant } from '#core/ports/time.ts';

export interface SessionsDeps {
  readonly clock: Clock;
  logIn(asked: ReadAsked, signal: AbortSignal): Promise<StoreSession>;
}

type Work<T> = (session: StoreSession) => Promise<T>;

/** Logins at stores that requests share: one for each Store and namespace it is used for. */
export interface Sessions {
  /** Works with the shared login. One that the store ended is replaced once. */
  use<T>(asked: ReadAsked, signal: AbortSignal, work: Work<T>): Promise<T>;
  /** Shares a login from now on, unless there is one: then it is given back. */
  offer(asked: ReadAsked, session: StoreSession): void;
  /** Gives all of them back. */
  close(signal: AbortSignal): Promise<void>;
}

interface Shared {
  readonly session: StoreSession;
  /** Another one replaces it then. */
  readonly renewAt: Instant;
  /** As it was when it was logged in to. */
  readonly store: Store;
}

/** Also a login that does not end is made anew so often: what the account may do can change. */
const longestMs = 5 * 60_000;

export function createSessions(deps: SessionsDeps): Sessions {
  return new SharedSessions(deps);
}

class SharedSessions implements Sessions {
  readonly #deps: SessionsDeps;
  readonly #all = new Map<string, Shared>();

  constructor(deps: SessionsDeps) {
    this.#deps = deps;
  }

  async use<T>(asked: ReadAsked, signal: AbortSignal, work: Work<T>): Promise<T> {
    const known = this.#find(asked);
    if (known === null) return await this.#useAnother(asked, signal, work);
    try {
      return await work(known);
    } catch (error) {
      if (!mayHaveEnded(error)) throw error;
      return await this.#useAnother(asked, signal, work);
    }
  }

  offer(asked: ReadAsked, session: StoreSession): void {
    if (this.#find(asked) === null) this.#share(asked, session);
    else void giveBack(session);
  }

  async close(signal: AbortSignal): Promise<void> {
    const open = [...this.#all.values()];
    this.#all.clear();
    await Promise.all(open.map(async ({ session }) => await giveBack(session, signal)));
  }

  /** What fails with a new login too was not allowed: then the old one stays. */
  async #useAnother<T>(asked: ReadAsked, signal: AbortSignal, work: Work<T>): Promise<T> {
    const session = await this.#deps.logIn(asked, signal);
    try {
      const result = await work(session);
      this.#share(asked, session);
      return result;
    } catch (error) {
      await giveBack(session);
      throw error;
    }
  }

  #find(asked: ReadAsked): StoreSession | null {
    const shared = this.#all.get(keyOf(asked));
    if (shared === undefined) return null;
    const isCurrent = shared.store === asked.store && this.#deps.clock.now() < shared.renewAt;
    return isCurrent ? shared.session : null;
  }

  /** What worked last is shared; who still works with the one before logs in anew. */
  #share(asked: ReadAsked, session: StoreSession): void {
    const before = this.#all.get(keyOf(asked));
    const now = this.#deps.clock.now();
    const restMs = (session.expiresAt ?? Number.POSITIVE_INFINITY) - now;
    const renewAt = now + Math.min(longestMs, restMs / 2);
    this.#all.set(keyOf(asked), { session, renewAt, store: asked.store });
    this.#endOver();
    if (before !== undefined) void giveBack(before.session);
  }

  /** Of a Store that is gone, or not asked for any more, nobody replaces it. */
  #endOver(): void {
    const now = this.#deps.clock.now();
    for (const [key, { session, renewAt }] of this.#all) {
      if (now < renewAt + longestMs) continue;
      this.#all.delete(key);
      void giveBack(session);
    }
  }
}

function keyOf({ store, onBehalfOf }: ReadAsked): string {
  return JSON.stringify([store.namespace, store.name, onBehalfOf]);
}

/** A store does not tell a login that ended from what is not allowed. */
function mayHaveEnded(error: unknown): boolean {
  return (
    isMayflyError(error) &&
    (error.code === 'MAYFLY_STORE_DENIED' || error.code === 'MAYFLY_STORE_LOGIN_ENDED')
  );
}

/** What cannot be given back ends by itself. */
export async function giveBack(
  session: StoreSession,
  signal = new AbortController().signal,
): Promise<void> {
  await session.revoke(signal).catch(() => undefined);
}
