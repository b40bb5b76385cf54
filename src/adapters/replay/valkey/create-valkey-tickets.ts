import { hash } from 'node:crypto';
import { fullOf, shareOf } from '#core/broker/books/shares.ts';
import type { TicketStore } from '#core/ports/broker/ticket-store.ts';
import type { SecretBytes } from '#core/secret/secret-bytes.ts';
import { unavailable, type ValkeyConnection, type ValkeyDeps } from './connect-valkey.ts';
import { deriveTokenKeys, openCaller, sealCaller, type TokenKeys } from './sealed-caller.ts';
import { findScript, keepScript, revokeScript } from './scripts.ts';

export interface ValkeyTicketsOptions {
  /** Of the brokers that share tokens: others do not find them in the same server. */
  readonly audience: string;
  /** Of all tokens at a time. */
  readonly most: number;
}

/**
 * Remembers tokens of the broker's own for many brokers. What lies in the server is of no use without the token: the
 * place and the key are derived from it. The connection is closed by others.
 */
export function createValkeyTickets(
  connection: ValkeyConnection,
  { clock, random }: ValkeyDeps,
  { audience, most }: ValkeyTicketsOptions,
): TicketStore {
  const prefix = `mayfly:ticket:${digest(audience)}`;
  function keysOf({ place }: TokenKeys, { issuer, subject }: Holder): readonly string[] {
    const ofHolder = `${prefix}:of:${digest(JSON.stringify([issuer, subject]))}`;
    return [nameOf(place), `${prefix}:all`, ofHolder];
  }
  function nameOf(place: string): string {
    return `${prefix}:one:${place}`;
  }

  return {
    async keep(token, caller, signal) {
      await withKeys(token, async (derived) => {
        const sealed = sealCaller(caller, derived.key, random);
        const keys = keysOf(derived, caller.identity);
        const words = [clock.now(), caller.ticket.expiresAt, sealed, most, shareOf(most)];
        checkKept(await connection.ask({ script: keepScript, keys, words }, signal), most);
      });
    },
    async find(token, signal) {
      return await withKeys(token, async (derived) => {
        const call = { script: findScript, keys: [nameOf(derived.place)], words: [] };
        const found = await connection.ask(call, signal);
        if (found === '') return null;
        const caller = typeof found === 'string' ? openCaller(found, derived.key) : null;
        if (caller === null) throw unavailable('its answer is not understood');
        if (caller.ticket.expiresAt > clock.now()) return caller;
        caller.token?.wipe();
        return null;
      });
    },
    async revoke(token, holder, signal) {
      await withKeys(token, async (derived) => {
        const keys = keysOf(derived, holder);
        await connection.ask({ script: revokeScript, keys, words: [] }, signal);
      });
    },
    close: async () => await Promise.resolve(),
  };
}

type Holder = Parameters<TicketStore['revoke']>[1];

async function withKeys<T>(token: SecretBytes, work: (keys: TokenKeys) => Promise<T>): Promise<T> {
  const keys = deriveTokenKeys(token);
  try {
    return await work(keys);
  } finally {
    keys.key.wipe();
  }
}

function checkKept(answer: unknown, most: number): void {
  if (answer === 'kept') return;
  if (answer === 'full') throw fullOf('tokens', most);
  if (answer === 'share') throw fullOf('tokens of a subject', shareOf(most));
  throw unavailable('its answer is not understood');
}

function digest(text: string): string {
  return hash('sha256', text, 'base64url');
}
