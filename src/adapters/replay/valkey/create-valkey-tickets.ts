import { hash } from 'node:crypto';
import type { Caller } from '#core/broker/asked.ts';
import { fullOf, shareOf } from '#core/broker/books/shares.ts';
import type { ShownToken } from '#core/broker/identify.ts';
import { createError } from '#core/errors/mayfly-error.ts';
import type { TicketCaller, TicketStore } from '#core/ports/broker/ticket-store.ts';
import type { SecretBytes } from '#core/secret/secret-bytes.ts';
import { unavailable, type ValkeyConnection, type ValkeyDeps } from './connect-valkey.ts';
import {
  deriveTokenKeys,
  openTicket,
  sealTicket,
  type SealedTicket,
  type TokenKeys,
} from './sealed-ticket.ts';
import { findScript, keepScript, revokeScript } from './scripts.ts';

export interface ValkeyTicketsDeps extends ValkeyDeps {
  /** Who an identity token was made for, when it was good at an instant. Throws what verifiers throw. */
  prove(shown: Required<ShownToken>, signal: AbortSignal): Promise<Caller>;
}

export interface ValkeyTicketsOptions {
  /** Of the brokers that share tokens: others do not find them in the same server. */
  readonly audience: string;
  /** Of all tokens at a time. */
  readonly most: number;
}

/**
 * Remembers tokens of the broker's own for many brokers. What lies in the server is of no use without the token: the
 * place and the key are derived from it. And nothing that lies there is believed: whoever may write to the server could
 * seal what they like, so the identity token is proven again. The connection is closed by others.
 */
export function createValkeyTickets(
  connection: ValkeyConnection,
  deps: ValkeyTicketsDeps,
  { audience, most }: ValkeyTicketsOptions,
): TicketStore {
  const { clock, random } = deps;
  const { nameOf, keysOf } = createNames(audience);
  return {
    async keep(token, { identity, ticket, token: shown }, signal) {
      if (shown === null) throw createError('MAYFLY_INTERNAL_BUG', { where: 'an own token' });
      await withKeys(token, async (derived) => {
        const keptAt = clock.now();
        const sealed = sealTicket({ ticket, keptAt, token: shown }, derived.key, random);
        const keys = keysOf(derived, identity);
        const words = [keptAt, ticket.expiresAt, sealed, most, shareOf(most)];
        checkKept(await connection.ask({ script: keepScript, keys, words }, signal), most);
      });
    },
    async find(token, signal) {
      return await withKeys(token, async (derived) => {
        const call = { script: findScript, keys: [nameOf(derived)], words: [] };
        const found = await connection.ask(call, signal);
        if (found === '') return null;
        const opened = typeof found === 'string' ? openTicket(found, derived.key) : null;
        if (opened === null) throw unavailable('its answer is not understood');
        return await proveAgain(deps, opened, signal);
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

/** As of when it was kept: it has not to be good for as long as what was issued for it. */
async function proveAgain(
  deps: ValkeyTicketsDeps,
  { token, ticket, keptAt }: SealedTicket,
  signal: AbortSignal,
): Promise<TicketCaller | null> {
  const now = deps.clock.now();
  try {
    if (ticket.expiresAt <= now) return null;
    const caller = await deps.prove({ token, at: Math.min(keptAt, now) }, signal);
    return { ...caller, ticket, token: token.copy() };
  } finally {
    token.wipe();
  }
}

type Holder = Parameters<TicketStore['revoke']>[1];

interface Names {
  readonly nameOf: (keys: TokenKeys) => string;
  /** The key of a token, and those of all tokens and of those of its holder. */
  readonly keysOf: (keys: TokenKeys, holder: Holder) => readonly string[];
}

function createNames(audience: string): Names {
  const prefix = `mayfly:ticket:${digest(audience)}`;
  function nameOf({ place }: TokenKeys): string {
    return `${prefix}:one:${place}`;
  }
  function keysOf(keys: TokenKeys, { issuer, subject }: Holder): readonly string[] {
    const ofHolder = `${prefix}:of:${digest(JSON.stringify([issuer, subject]))}`;
    return [nameOf(keys), `${prefix}:all`, ofHolder];
  }
  return { nameOf, keysOf };
}

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
