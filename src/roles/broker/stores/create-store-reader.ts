import type { StoreEnd } from '#core/broker/books/lease-book.ts';
import type { BrokerRead, ReadAsked, StoreReader } from '#core/broker/broker-parts.ts';
import { createError, type MayflyError } from '#core/errors/mayfly-error.ts';
import type { StoreSession } from '#core/ports/secret-store.ts';
import type { Clock } from '#core/ports/time.ts';
import { createRecentMap } from '#platform/state/recent-map.ts';
import { orAborted, withDeadline } from '#platform/time/with-deadline.ts';
import { createSessions, giveBack, type Sessions } from './sessions.ts';

export interface StoreReaderDeps {
  readonly clock: Clock;
  /** A new login at a store, as whom it names. */
  logIn(asked: ReadAsked, signal: AbortSignal): Promise<StoreSession>;
}

/** Of as many paths it is known that nothing ends with the login that read them. */
const mostPlainPaths = 10_000;

/**
 * Reads stores over logins that requests share, but for what a store ends with the login: that has one of its own, which
 * is given back with the lease.
 */
export function createStoreReader(deps: StoreReaderDeps): StoreReader & Pick<Sessions, 'close'> {
  const sessions = createSessions(deps);
  const plain = createRecentMap<true>(mostPlainPaths);

  async function readAlone(asked: ReadAsked, signal: AbortSignal): Promise<BrokerRead> {
    const session = await deps.logIn(asked, signal);
    try {
      const secret = await session.read(asked.path, signal);
      const { lease } = secret;
      if (lease !== null) {
        return { secret, opened: endWith(deps.clock, session, lease.durationMs) };
      }
      plain.set(keyOf(asked), true);
      sessions.offer(asked, session);
      return { secret, opened: null };
    } catch (error) {
      await giveBack(session);
      throw error;
    }
  }

  return {
    close: async (signal) => await sessions.close(signal),
    async read(asked, signal): Promise<BrokerRead> {
      if (plain.get(keyOf(asked)) === undefined) return await readAlone(asked, signal);
      const secret = await sessions.use(asked, signal, async (session) => {
        return await session.read(asked.path, signal);
      });
      if (secret.lease === null) return { secret, opened: null };
      // It had none before: this one ends with a login that others use.
      secret.wipe();
      plain.delete(keyOf(asked));
      return await readAlone(asked, signal);
    },
  };
}

function keyOf({ store, path, onBehalfOf }: ReadAsked): string {
  return JSON.stringify([store.namespace, store.name, onBehalfOf, path.path]);
}

/** A store that does not answer is not waited for longer. */
const endMs = 5_000;

/** The store ends it with the login, or before. */
function endWith(clock: Clock, session: StoreSession, durationMs: number): StoreEnd {
  const leaseEnd = clock.now() + durationMs;
  return {
    endsAt: Math.min(leaseEnd, session.expiresAt ?? leaseEnd),
    async end(signal, asking): Promise<void> {
      await withDeadline({ clock, ms: endMs, signal, reason: tooLate }, async (own) => {
        await orAborted(session.revoke(own, asking), own);
      });
    },
  };
}

function tooLate(): MayflyError {
  return createError('MAYFLY_BROKER_DEADLINE', { limit: endMs });
}
