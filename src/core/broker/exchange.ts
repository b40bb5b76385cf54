import { codeOf, isMayflyError } from '../errors/mayfly-error.ts';
import type { Instant } from '../ports/time.ts';
import { formatReference } from '../reference/reference.ts';
import type { SecretBytes } from '../secret/secret-bytes.ts';
import { admit, type Admitted, type Refused } from './admit.ts';
import type { Asked, Ticket } from './asked.ts';
import type { BrokerLease } from './books/lease-book.ts';
import type { BrokerParts } from './broker-parts.ts';
import { decideTerm, decideTicketTerm } from './decide-term.ts';
import { endAtStores } from './end-leases.ts';
import { isReviewed } from './identify.ts';
import { readWanted, type ReadValue, type ReadValues } from './read-wanted.ts';
import { renderGrant, renderInstant, renderWho } from './render-audit.ts';
import { releaseUse } from './take-use.ts';

/** Values that may leave: their record is on disk. */
export interface Delivered {
  readonly kind: 'delivered';
  /** Wiped by who answers. */
  readonly body: SecretBytes;
}

/** How values are answered. */
export interface Delivery {
  /** Throws for values that the answer cannot hold; then nothing leaves. */
  render(values: readonly ReadValue[], lease: BrokerLease): SecretBytes;
  readonly signal: AbortSignal;
}

/** A token of the broker's own that may leave. */
export interface Issued {
  readonly kind: 'issued';
  /** Wiped by who answers. */
  readonly token: SecretBytes;
  readonly ticket: Ticket;
  readonly issuedAt: Instant;
}

/**
 * Values for an identity token, or for a token of the broker's own: admitted, read, recorded, and only then answered.
 * When nothing can leave, the use of the token is given back and the failure recorded; it is thrown.
 */
export async function exchange(
  parts: BrokerParts,
  asked: Asked,
  delivery: Delivery,
): Promise<Delivered | Refused> {
  const { signal } = delivery;
  return await answer(parts, { asked, signal }, async (admitted) => {
    const values = await readWanted(parts, { admitted, asked }, signal);
    try {
      const lease = decideLease(parts, asked, { admitted, values });
      const body = delivery.render(values.values, lease);
      await openLease(parts, asked, { admitted, lease, body });
      return { kind: 'delivered', body };
    } catch (error) {
      await endAtStores(values.ends, new AbortController().signal);
      throw error;
    } finally {
      values.wipe();
    }
  });
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
    const token = parts.tickets.issue(caller, ticket);
    try {
      await noteGrant(parts, asked, { admitted, more: { until: renderInstant(expiresAt) } });
    } catch (error) {
      parts.tickets.revoke(token);
      token.wipe();
      throw error;
    }
    return { kind: 'issued', token, ticket, issuedAt: now };
  });
}

interface Read {
  readonly admitted: Admitted;
  readonly values: ReadValues;
}

function decideLease(
  { clock, random, options }: BrokerParts,
  { wanted }: Asked,
  { admitted: { caller, access }, values }: Read,
): BrokerLease {
  const now = clock.now();
  const end = decideTerm({ caller, now, ttlMs: access.grant.ttlMs, ...options });
  return {
    id: random.uuid(),
    issuer: caller.identity.issuer,
    subject: caller.identity.subject,
    policy: access.policy.name,
    ticket: caller.ticket?.id ?? null,
    references: wanted.map(({ reference }) => formatReference(reference)),
    issuedAt: now,
    expiresAt: Math.min(end, values.endsAt ?? end),
    ends: values.ends,
  };
}

interface Opening {
  readonly admitted: Admitted;
  readonly lease: BrokerLease;
  readonly body: SecretBytes;
}

async function openLease(
  parts: BrokerParts,
  asked: Asked,
  { admitted, lease, body }: Opening,
): Promise<void> {
  try {
    parts.leases.open(lease);
    const more = { lease: lease.id, until: renderInstant(lease.expiresAt) };
    await noteGrant(parts, asked, { admitted, more });
  } catch (error) {
    parts.leases.take(lease.id);
    body.wipe();
    throw error;
  }
}

interface GrantNote {
  readonly admitted: Admitted;
  readonly more: Readonly<Record<string, string>>;
}

async function noteGrant(
  { audit }: BrokerParts,
  asked: Asked,
  { admitted: { caller, access }, more }: GrantNote,
): Promise<void> {
  const { id, event } = asked;
  const fields = { ...renderWho(caller, asked), ...renderGrant(access, asked), ...more };
  await audit.append({ id, event, fields });
}

interface Asking {
  readonly asked: Asked;
  readonly signal: AbortSignal;
}

async function answer<T>(
  parts: BrokerParts,
  { asked, signal }: Asking,
  work: (admitted: Admitted) => Promise<T>,
): Promise<T | Refused> {
  let admitted: Admitted | null = null;
  try {
    const admission = await admit(parts, asked, signal);
    if (admission.kind === 'refused') return admission;
    admitted = admission;
    return await work(admission);
  } catch (error) {
    await releaseUse(parts, admitted?.counted ?? null);
    await noteFailure(parts, asked, { admitted, error });
    throw error;
  }
}

/** Of these there would be as many records as somebody likes to send requests, or none can be written. */
const unnoted: ReadonlySet<string> = new Set([
  'MAYFLY_BROKER_THROTTLED',
  'MAYFLY_BROKER_STALE',
  'MAYFLY_AUDIT_UNAVAILABLE',
]);

interface FailureNote {
  readonly admitted: Admitted | null;
  readonly error: unknown;
}

async function noteFailure(
  { audit }: BrokerParts,
  asked: Asked,
  { admitted, error }: FailureNote,
): Promise<void> {
  const code = codeOf(error);
  if (unnoted.has(code)) return;
  const fields = {
    ...renderWho(admitted?.caller ?? null, asked),
    ...renderGrant(admitted?.access ?? null, asked),
    code,
    reason: isMayflyError(error) ? error.message : 'a broken invariant',
  };
  await audit.append({ id: asked.id, event: 'failure', fields });
}
