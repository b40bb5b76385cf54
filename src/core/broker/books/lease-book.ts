import type { Clock, Instant } from '../../ports/time.ts';
import type { Caller } from '../asked.ts';
import { createShares } from './shares.ts';

/** The right for values to be used, opened by one exchange. Nothing of a value is in it. */
export interface BrokerLease {
  /** A UUID. */
  readonly id: string;
  readonly issuer: string;
  readonly subject: string;
  readonly policy: string;
  /** Of the broker's own token that it was opened by; null for an identity token. */
  readonly ticket: string | null;
  /** As the audit log has them. */
  readonly references: readonly string[];
  readonly issuedAt: Instant;
  readonly expiresAt: Instant;
  /** Give back what was opened at stores. */
  readonly ends: readonly ((signal: AbortSignal) => Promise<void>)[];
}

/** The leases of one process. */
export interface LeaseBook {
  /** Throws `MAYFLY_BROKER_FULL` when too many are open that hold something at a store. */
  open(lease: BrokerLease): void;
  /** Null for one that is over, is not there or is somebody else's. */
  find(id: string, caller: Caller): BrokerLease | null;
  /** Takes it out; what is to be given back is up to who takes it. */
  take(id: string): BrokerLease | null;
  /** Takes out those that hold something at a store and are over or wanted. */
  takeHolding(isWanted: (lease: BrokerLease) => boolean): readonly BrokerLease[];
}

/**
 * Keeps leases until they are over. Those that hold nothing at a store are only there to be looked at: of more than
 * `most` of them the oldest are forgotten.
 */
export function createLeaseBook(clock: Clock, most: number): LeaseBook {
  const holding = new Map<string, BrokerLease>();
  const plain = new Map<string, BrokerLease>();
  const shares = createShares('leases', most);

  function isOver({ expiresAt }: BrokerLease): boolean {
    return expiresAt <= clock.now();
  }

  /** The oldest come first, and most last about as long. */
  function forgetOld(): void {
    for (const [id, lease] of plain) {
      if (plain.size <= most && !isOver(lease)) return;
      plain.delete(id);
    }
  }

  function hold(lease: BrokerLease): void {
    shares.take(lease);
    holding.set(lease.id, lease);
  }

  function letGo(lease: BrokerLease): void {
    if (holding.delete(lease.id)) shares.giveBack(lease);
  }

  return {
    open(lease): void {
      if (lease.ends.length === 0) plain.set(lease.id, lease);
      else hold(lease);
      forgetOld();
    },
    find(id, { identity }): BrokerLease | null {
      const lease = holding.get(id) ?? plain.get(id);
      if (lease === undefined || isOver(lease)) return null;
      const isOwn = lease.issuer === identity.issuer && lease.subject === identity.subject;
      return isOwn ? lease : null;
    },
    take(id): BrokerLease | null {
      const lease = holding.get(id) ?? plain.get(id) ?? null;
      if (lease !== null) letGo(lease);
      plain.delete(id);
      return lease;
    },
    takeHolding(isWanted): readonly BrokerLease[] {
      const taken = [...holding.values()].filter((lease) => isOver(lease) || isWanted(lease));
      for (const lease of taken) letGo(lease);
      return taken;
    },
  };
}
