import type { RevokeAsking } from '../../ports/secret-store.ts';
import type { Clock, Instant } from '../../ports/time.ts';
import type { Caller } from '../asked.ts';
import { createShares } from './shares.ts';

/** Something that a read opened at a store. */
export interface StoreEnd {
  /** When the store ends it by itself. */
  readonly endsAt: Instant;
  /** Gives it back; bounded in time. Throws what stores throw. After a failure it may only be asked `again` where it was said so. */
  end(signal: AbortSignal, asking: RevokeAsking): Promise<void>;
}

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
  readonly ends: readonly StoreEnd[];
}

/** A lease that is being ended. */
export interface LeaseEnding {
  /** Of its record in the audit log. */
  readonly id: string;
  /** With the ends that are left. */
  readonly lease: BrokerLease;
  /** When it was tried first, and when it is tried next. */
  readonly since: Instant;
  readonly retryAt: Instant;
  /** Codes of stores that did not take back what is theirs, and will not be asked again. */
  readonly failures: readonly string[];
}

/** The leases of one process. */
export interface LeaseBook {
  /** Throws `MAYFLY_BROKER_FULL` when too many are open that hold something at a store. */
  open(lease: BrokerLease): void;
  /** Null for one that is over, is not there or is somebody else's. */
  find(id: string, caller: Caller): BrokerLease | null;
  /** Takes it out to be ended: nobody finds it any more, and its share is held until it is let go. */
  take(id: string): BrokerLease | null;
  /** The same of all that hold something at a store and are wanted. */
  takeHolding(isWanted: (lease: BrokerLease) => boolean): readonly BrokerLease[];
  /** Of one that was taken, when it holds nothing any more or nobody tries again. */
  letGo(id: string): void;
  /** Of those that were taken, what is to be tried again. */
  readonly postponed: PostponedEndings;
}

export interface PostponedEndings {
  add(ending: LeaseEnding): void;
  take(isDue: (ending: LeaseEnding) => boolean): readonly LeaseEnding[];
}

/**
 * Keeps leases until they are over. Those that hold nothing at a store are only there to be looked at: of more than
 * `most` of them the oldest are forgotten.
 */
export function createLeaseBook(clock: Clock, most: number): LeaseBook {
  const holding = new Map<string, BrokerLease>();
  const plain = new Map<string, BrokerLease>();
  const taken = new Map<string, BrokerLease>();
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

  function takeOut(lease: BrokerLease): void {
    if (holding.delete(lease.id)) taken.set(lease.id, lease);
    plain.delete(lease.id);
  }

  return {
    open(lease): void {
      const holds = lease.ends.length > 0;
      if (holds) shares.take(lease);
      (holds ? holding : plain).set(lease.id, lease);
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
      if (lease !== null) takeOut(lease);
      return lease;
    },
    takeHolding(isWanted): readonly BrokerLease[] {
      const wanted = [...holding.values()].filter(isWanted);
      wanted.forEach(takeOut);
      return wanted;
    },
    letGo(id): void {
      const lease = taken.get(id);
      if (lease === undefined) return;
      taken.delete(id);
      shares.giveBack(lease);
    },
    postponed: createPostponed(),
  };
}

function createPostponed(): PostponedEndings {
  const endings = new Set<LeaseEnding>();
  return {
    add: (ending) => void endings.add(ending),
    take(isDue): readonly LeaseEnding[] {
      const due = [...endings].filter(isDue);
      for (const ending of due) endings.delete(ending);
      return due;
    },
  };
}
