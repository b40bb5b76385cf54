import { formatReference } from '../reference/reference.ts';
import type { SecretBytes } from '../secret/secret-bytes.ts';
import type { Admitted, Refused } from './admit.ts';
import { answer, noteGrant } from './answer.ts';
import type { Asked } from './asked.ts';
import type { BrokerLease } from './books/lease-book.ts';
import type { BrokerParts } from './broker-parts.ts';
import { decideTerm } from './decide-term.ts';
import { endAtStores } from './leases/end-leases.ts';
import { readWanted, type ReadValue, type ReadValues } from './read-wanted.ts';
import { renderInstant } from './render-audit.ts';

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
      await endAtStores(values.ends);
      throw error;
    } finally {
      values.wipe();
    }
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
    parts.leases.letGo(lease.id);
    body.wipe();
    throw error;
  }
}
