import { codeOf, createError } from '../errors/mayfly-error.ts';
import type { AuditEvent } from '../ports/broker/audit-log.ts';
import type { Asked, Caller } from './asked.ts';
import type { BrokerParts } from './broker-parts.ts';
import { identifyNoted } from './identify-noted.ts';
import type { BrokerLease } from './books/lease-book.ts';
import { renderWho } from './render-audit.ts';

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
  parts.throttle.check(caller);
  const lease = parts.leases.find(asked.lease, caller);
  if (lease !== null) return { lease, caller };
  const error = createError('MAYFLY_BROKER_LEASE_UNKNOWN', {});
  const fields = { ...renderWho(caller, asked), clause: error.message };
  await parts.audit.append({ id: asked.id, event: 'denial', fields });
  throw error;
}

/**
 * Ends a lease before its time: what was opened for it at stores is given back, and recorded which store did not take it.
 * Throws as {@link findLease}.
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

/**
 * Ends a token of the broker's own with all that was opened by it. Throws `unauthenticated` for any other.
 */
export async function revokeTicket(
  parts: BrokerParts,
  asked: Pick<Asked, 'id' | 'token' | 'address'>,
  signal: AbortSignal,
): Promise<void> {
  const caller = await identifyNoted(parts, asked, signal);
  if (caller.ticket === null) throw createError('MAYFLY_BROKER_TOKEN', {});
  parts.throttle.check(caller);
  await parts.audit.append({ id: asked.id, event: 'revocation', fields: renderWho(caller, asked) });
  parts.tickets.revoke(asked.token);
  await endLeases(parts, ({ ticket }) => ticket === caller.ticket?.id, signal);
}

/** Ends the leases that are over and those that are wanted, of those that hold something at a store. */
export async function endLeases(
  parts: Pick<BrokerParts, 'leases' | 'audit' | 'random'>,
  isWanted: (lease: BrokerLease) => boolean,
  signal: AbortSignal,
): Promise<void> {
  await Promise.all(
    parts.leases.takeHolding(isWanted).map(async (lease) => {
      await endLease(parts, { id: parts.random.uuid(), lease }, signal);
    }),
  );
}

interface Ending {
  /** Of its record. */
  readonly id: string;
  readonly lease: BrokerLease;
}

async function endLease(
  { audit }: Pick<BrokerParts, 'audit'>,
  { id, lease }: Ending,
  signal: AbortSignal,
): Promise<void> {
  const failures = await endAtStores(lease.ends, signal);
  await audit.append({ id, event: 'lease-end', fields: { ...nameLease(lease), failures } });
}

/** Gives back what was opened at stores; what a store refuses it ends by itself. Answers the codes of what failed. */
export async function endAtStores(
  ends: BrokerLease['ends'],
  signal: AbortSignal,
): Promise<readonly string[]> {
  const results = await Promise.allSettled(ends.map(async (end) => await end(signal)));
  return results
    .filter((result) => result.status === 'rejected')
    .map(({ reason }) => codeOf(reason));
}

function nameLease(lease: BrokerLease): AuditEvent['fields'] {
  const { id, policy, issuer, subject, references } = lease;
  return { issuer, subject, lease: id, policy, references };
}
