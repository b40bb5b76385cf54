import type { TicketCaller, TicketStore } from '../../ports/broker/ticket-store.ts';
import type { Digest } from '../../ports/digest.ts';
import type { Clock } from '../../ports/time.ts';
import type { SecretBytes } from '../../secret/secret-bytes.ts';
import { isReviewed } from '../identify.ts';
import { createShares } from './shares.ts';

const sweepMs = 5_000;

export interface TicketBookDeps {
  readonly clock: Clock;
  readonly digest: Pick<Digest, 'sha256Hex'>;
}

/** The tokens of one process, as digests alone; at most `most` of them. Nothing is ever unavailable here. */
export function createTicketBook({ clock, digest }: TicketBookDeps, most: number): TicketStore {
  const callers = new Map<string, TicketCaller>();
  const shares = createShares('tokens', most);
  let sweptAt = clock.now();

  function drop(key: string): void {
    const caller = callers.get(key);
    if (caller === undefined) return;
    caller.token?.wipe();
    callers.delete(key);
    shares.giveBack(caller.identity);
  }

  function isOver({ ticket }: TicketCaller): boolean {
    return ticket.expiresAt <= clock.now();
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
    async keep(token, caller): Promise<void> {
      sweep();
      shares.take(caller.identity);
      const kept = isReviewed(caller) ? caller : { ...caller, token: null };
      callers.set(keyOf(token), withCopy(kept));
    },
    async find(token): Promise<TicketCaller | null> {
      const caller = callers.get(keyOf(token));
      return caller === undefined || isOver(caller) ? null : withCopy(caller);
    },
    async revoke(token): Promise<void> {
      drop(keyOf(token));
    },
    async close(): Promise<void> {
      for (const { token } of callers.values()) token?.wipe();
      callers.clear();
      shares.clear();
    },
  };
}

function withCopy(caller: TicketCaller): TicketCaller {
  const { token } = caller;
  return token === null ? caller : { ...caller, token: token.copy() };
}
