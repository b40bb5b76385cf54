import { createError } from '../../errors/mayfly-error.ts';
import type { Asked, Caller } from '../asked.ts';
import type { BrokerLease } from '../books/lease-book.ts';
import type { BrokerParts } from '../broker-parts.ts';
import { identifyNoted } from '../identify-noted.ts';
import { letGo } from '../identify.ts';
import { renderWho } from '../render-audit.ts';
import { endLease, nameLease } from './end-leases.ts';

/** Which lease somebody asks about. */
export interface LeaseAsked extends Pick<Asked, 'id' | 'token' | 'address'> {
  readonly lease: string;
}

/**
 * A lease for who opened it. Throws `unauthenticated` for a token that is refused, `MAYFLY_BROKER_LEASE_UNKNOWN` for a
 * lease that is over, never was or is somebody else's.
 */
export async function findLease(
  parts: BrokerParts,
  asked: LeaseAsked,
  signal: AbortSignal,
): Promise<{ readonly lease: BrokerLease; readonly caller: Caller }> {
  const caller = await identifyNoted(parts, asked, signal);
  letGo(caller);
  parts.throttle.check(caller);
  const lease = parts.leases.find(asked.lease, caller);
  if (lease !== null) return { lease, caller };
  const error = createError('MAYFLY_BROKER_LEASE_UNKNOWN', {});
  const fields = { ...renderWho(caller, asked), clause: error.message };
  await parts.audit.append({ id: asked.id, event: 'denial', fields });
  throw error;
}

/**
 * Ends a lease before its time: what was opened for it at stores is given back, now or as soon as they answer. Throws as
 * {@link findLease}.
 */
export async function revokeLease(
  parts: BrokerParts,
  asked: LeaseAsked,
  signal: AbortSignal,
): Promise<void> {
  const { id } = asked;
  const { lease, caller } = await findLease(parts, asked, signal);
  const fields = { ...renderWho(caller, asked), ...nameLease(lease) };
  await parts.audit.append({ id, event: 'revocation', fields });
  if (parts.leases.take(lease.id) !== null) await endLease(parts, { id, lease }, signal);
}
