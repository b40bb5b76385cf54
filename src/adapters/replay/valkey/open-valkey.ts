import type { ReplayStore } from '#core/ports/broker/replay-store.ts';
import type { TicketStore } from '#core/ports/broker/ticket-store.ts';
import { connectValkey, type ValkeyOptions } from './connect-valkey.ts';
import { createValkeyReplay } from './create-valkey-replay.ts';
import {
  createValkeyTickets,
  type ValkeyTicketsDeps,
  type ValkeyTicketsOptions,
} from './create-valkey-tickets.ts';

export interface OpenValkey {
  /** Closing it closes the connection of both. */
  readonly replay: ReplayStore;
  readonly tickets: TicketStore;
}

/** What brokers share in one Valkey, over one connection; each call refuses while the server is not reachable. */
export function openValkey(
  deps: ValkeyTicketsDeps,
  options: ValkeyOptions,
  tickets: ValkeyTicketsOptions,
): OpenValkey {
  const connection = connectValkey(deps, options);
  return {
    replay: createValkeyReplay(connection, deps.clock),
    tickets: createValkeyTickets(connection, deps, tickets),
  };
}
