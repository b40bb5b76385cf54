import { createError } from '../../errors/mayfly-error.ts';
import type { Asked } from '../asked.ts';
import type { BrokerParts } from '../broker-parts.ts';
import { identifyNoted } from '../identify-noted.ts';
import { letGo } from '../identify.ts';
import { endLeases } from '../leases/end-leases.ts';
import { renderWho } from '../render-audit.ts';

/**
 * Ends a token of the broker's own with all that was opened by it in this process. Throws `unauthenticated` for any
 * other, `MAYFLY_REPLAY_UNAVAILABLE` when it goes on.
 */
export async function revokeTicket(
  parts: BrokerParts,
  asked: Pick<Asked, 'id' | 'token' | 'address'>,
  signal: AbortSignal,
): Promise<void> {
  const caller = await identifyNoted(parts, asked, signal);
  letGo(caller);
  if (caller.ticket === null) throw createError('MAYFLY_BROKER_TOKEN', {});
  parts.throttle.check(caller);
  await parts.audit.append({ id: asked.id, event: 'revocation', fields: renderWho(caller, asked) });
  await parts.tickets.revoke(asked.token, caller.identity, signal);
  await endLeases(parts, ({ ticket }) => ticket === caller.ticket?.id, signal);
}
