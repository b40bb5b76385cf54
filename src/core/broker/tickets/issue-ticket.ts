import type { Instant } from '../../ports/time.ts';
import type { SecretBytes } from '../../secret/secret-bytes.ts';
import type { Refused } from '../admit.ts';
import { answer, noteGrant } from '../answer.ts';
import type { Asked, Caller, Ticket } from '../asked.ts';
import type { BrokerParts } from '../broker-parts.ts';
import { decideTicketTerm } from '../decide-term.ts';
import { isReviewed } from '../identify.ts';
import { renderInstant } from '../render-audit.ts';
import { makeOwnToken } from './own-token.ts';

/** A token of the broker's own that may leave. */
export interface Issued {
  readonly kind: 'issued';
  /** Wiped by who answers. */
  readonly token: SecretBytes;
  readonly ticket: Ticket;
  readonly issuedAt: Instant;
}

/** A token of the broker's own for an identity token: for its identity and the policy that was named. */
export async function issueTicket(
  parts: BrokerParts,
  asked: Asked,
  signal: AbortSignal,
): Promise<Issued | Refused> {
  return await answer(parts, { asked, signal }, async (admitted) => {
    const { caller, access } = admitted;
    const now = parts.clock.now();
    const question = { caller, now, ttlMs: access.grant.ttlMs, ...parts.options };
    const expiresAt = decideTicketTerm(question, isReviewed(caller));
    const ticket = { id: asked.id, policy: access.policy.name, expiresAt };
    const token = makeOwnToken(parts.random);
    try {
      await parts.tickets.keep(token, { ...caller, ticket }, signal);
      await noteGrant(parts, asked, { admitted, more: { until: renderInstant(expiresAt) } });
    } catch (error) {
      await forget(parts, token, caller);
      throw error;
    }
    return { kind: 'issued', token, ticket, issuedAt: now };
  });
}

/** Nobody has it: what cannot be deleted ends by itself. */
async function forget(
  { tickets }: Pick<BrokerParts, 'tickets'>,
  token: SecretBytes,
  { identity }: Caller,
): Promise<void> {
  await tickets.revoke(token, identity, new AbortController().signal).catch(() => undefined);
  token.wipe();
}
