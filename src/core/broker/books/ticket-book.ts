import { encodeBase64 } from '../../format/encode-base64.ts';
import type { Digest } from '../../ports/digest.ts';
import type { Clock, Random } from '../../ports/time.ts';
import { SecretBytes } from '../../secret/secret-bytes.ts';
import type { Caller, Ticket } from '../asked.ts';
import { createShares } from './shares.ts';

/** How every token of the broker's own begins. */
const prefix = new TextEncoder().encode('mayfly_');
/** Of 32 bytes base64 makes 43 characters and a `=`. */
const [keyBytes, keyLength] = [32, 43];
const sweepMs = 5_000;

/** The broker's own tokens: for one identity, one policy, at most 15 minutes. Kept as digests alone. */
export interface TicketBook {
  /**
   * A new token that stands for the caller until the ticket's end. Throws `MAYFLY_BROKER_FULL`. The caller of this wipes
   * the token.
   */
  issue(caller: Caller, ticket: Ticket): SecretBytes;
  /** Whether it is the kind of token that is looked for here. */
  isOwn(token: SecretBytes): boolean;
  /** Null for one that is over, was revoked or never was. */
  find(token: SecretBytes): Caller | null;
  revoke(token: SecretBytes): void;
  /** Wipes what is held of identity tokens. */
  clear(): void;
}

export interface TicketBookDeps {
  readonly clock: Clock;
  readonly random: Random;
  readonly digest: Pick<Digest, 'sha256Hex'>;
}

export function createTicketBook(
  { clock, random, digest }: TicketBookDeps,
  most: number,
): TicketBook {
  const callers = new Map<string, Caller>();
  const shares = createShares('tokens', most);
  let sweptAt = clock.now();

  function drop(key: string): void {
    const caller = callers.get(key);
    if (caller === undefined) return;
    caller.token.wipe();
    callers.delete(key);
    shares.giveBack(caller.identity);
  }

  function isOver({ ticket }: Caller): boolean {
    return ticket === null || ticket.expiresAt <= clock.now();
  }

  function sweep(): void {
    if (callers.size < most && clock.now() - sweptAt < sweepMs) return;
    sweptAt = clock.now();
    for (const [key, caller] of callers) if (isOver(caller)) drop(key);
  }

  function keyOf(token: SecretBytes): string {
    return digest.sha256Hex(token.expose());
  }

  return {
    issue(caller, ticket): SecretBytes {
      sweep();
      shares.take(caller.identity);
      const token = makeToken(random);
      const held = SecretBytes.copyOf(caller.token.expose());
      callers.set(keyOf(token), { ...caller, ticket, token: held });
      return token;
    },
    isOwn: (token) => prefix.every((byte, index) => token.expose()[index] === byte),
    find(token): Caller | null {
      const caller = callers.get(keyOf(token));
      return caller === undefined || isOver(caller) ? null : caller;
    },
    revoke: (token) => drop(keyOf(token)),
    clear(): void {
      for (const { token } of callers.values()) token.wipe();
      callers.clear();
      shares.clear();
    },
  };
}

function makeToken(random: Random): SecretBytes {
  const key = random.bytes(keyBytes);
  const text = encodeBase64(key, 'url').subarray(0, keyLength);
  const token = new Uint8Array(prefix.length + keyLength);
  token.set(prefix);
  token.set(text, prefix.length);
  key.fill(0);
  text.fill(0);
  return SecretBytes.take(token);
}
