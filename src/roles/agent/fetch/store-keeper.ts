import { decideRenewalMs, decideTermStep, spread } from '#core/agent/decide-term.ts';
import type { PlannedRead } from '#core/agent/list-work.ts';
import { createError, isMayflyError } from '#core/errors/mayfly-error.ts';
import type { StoredSecret, StoreLease, StoreSession } from '#core/ports/secret-store.ts';
import { decideBackoffMs, type BackoffOptions } from '#platform/reconcile/backoff.ts';
import { orAborted, withDeadline } from '#platform/time/with-deadline.ts';
import { inTurns } from './in-turns.ts';
import { readOrNothing } from './read-or-nothing.ts';
import { createStoreLogin, type LoginParts, type StoreLogin } from './store-login.ts';

export interface KeeperParts extends LoginParts {
  readonly reads: readonly PlannedRead[];
  /** How often what has no lease is read again. */
  readonly refreshMs: number;
}

/** What is held of one store, and what keeps it alive. */
export interface StoreKeeper {
  readonly store: string;
  /** By the ids of the reads. The keeper wipes them. */
  readonly held: ReadonlyMap<string, StoredSecret>;
  /** Reads what is not there yet, everything with one login. Throws what came first. */
  fetch(signal: AbortSignal): Promise<void>;
  /** When there is something to do again, in ticks of the clock. */
  dueAt(): number;
  /**
   * Renews and reads what is due. What fails is kept as it was, and tried again after a while that grows. Throws
   * nothing but the reason of the signal.
   */
  refresh(signal: AbortSignal): Promise<KeeperPass>;
  /** Whether a login or what was read has a lease that ends with the login. */
  hasLeases(): boolean;
  /** Gives the logins back. Throws what the store answers. */
  revoke(signal: AbortSignal): Promise<void>;
  wipe(): void;
}

export interface KeeperPass {
  readonly hasChanged: boolean;
  /** The first of what failed. */
  readonly failure: unknown;
}

/** Several things that began together are done together. */
const togetherMs = 1000;
/** One try, with the login that it may take. */
const tryMs = 15_000;

const backoff: BackoffOptions = { firstMs: 1000, longestMs: 60_000, longestAskedMs: 600_000 };

interface Lease {
  readonly id: string;
  readonly session: StoreSession;
  readonly firstMs: number;
  readonly step: 'renew' | 'replace';
  /** In ticks of the clock. */
  readonly endsAt: number;
}

interface Slot {
  readonly read: PlannedRead;
  hasAnswer: boolean;
  lease: Lease | null;
  dueAt: number;
  failures: number;
}

export function createStoreKeeper(parts: KeeperParts): StoreKeeper {
  return new Keeper(parts);
}

class Keeper implements StoreKeeper {
  readonly #parts: KeeperParts;
  readonly #login: StoreLogin;
  readonly #slots: readonly Slot[];
  readonly #held = new Map<string, StoredSecret>();
  #loginRetryAt: number | null = null;
  #loginFailures = 0;

  constructor(parts: KeeperParts) {
    this.#parts = parts;
    this.#login = createStoreLogin(parts);
    this.#slots = parts.reads.map((read) => {
      return { read, hasAnswer: false, lease: null, dueAt: 0, failures: 0 };
    });
  }

  get store(): string {
    return this.#parts.planned.name;
  }

  get held(): ReadonlyMap<string, StoredSecret> {
    return this.#held;
  }

  async fetch(signal: AbortSignal): Promise<void> {
    const missing = this.#slots.filter(({ hasAnswer }) => !hasAnswer);
    await this.#try(signal, async (ending) => {
      await inTurns(missing, async (slot) => await this.#read(slot, ending));
    });
  }

  dueAt(): number {
    return Math.min(this.#loginDueAt(), ...this.#slots.map((slot) => this.#dueAtOf(slot)));
  }

  #loginDueAt(): number {
    return this.#loginRetryAt ?? this.#login.renewAt() ?? Number.POSITIVE_INFINITY;
  }

  /** A lease ends with its login, so that what another login opened is read again. */
  #dueAtOf({ lease, dueAt, failures }: Slot): number {
    if (lease === null || failures > 0 || this.#login.isCurrent(lease.session)) return dueAt;
    return 0;
  }

  async refresh(signal: AbortSignal): Promise<KeeperPass> {
    const now = this.#parts.clock.ticks();
    const failed: unknown[] = [];
    let hasChanged = false;
    if (this.#loginDueAt() <= now + togetherMs) {
      await this.#renewLogin(signal).catch((error: unknown) => failed.push(error));
    }
    const due = this.#slots.filter((slot) => this.#dueAtOf(slot) <= now + togetherMs);
    await inTurns(due, async (slot) => {
      try {
        const changed = await this.#try(signal, async (ending) => await this.#keep(slot, ending));
        hasChanged ||= changed;
      } catch (error) {
        signal.throwIfAborted();
        this.#postpone(slot, error);
        failed.push(error);
      }
    });
    signal.throwIfAborted();
    return { hasChanged, failure: failed[0] };
  }

  hasLeases(): boolean {
    return this.#slots.some(({ lease }) => lease !== null);
  }

  async revoke(signal: AbortSignal): Promise<void> {
    await this.#login.revoke(signal);
  }

  wipe(): void {
    for (const secret of this.#held.values()) secret.wipe();
    this.#held.clear();
  }

  async #renewLogin(signal: AbortSignal): Promise<void> {
    const { clock, random } = this.#parts;
    try {
      await this.#try(signal, async (ending) => await this.#login.renew(ending));
      this.#loginRetryAt = null;
      this.#loginFailures = 0;
    } catch (error) {
      this.#loginFailures += 1;
      const failure = { count: this.#loginFailures, askedMs: askedMsOf(error) };
      this.#loginRetryAt = clock.ticks() + decideBackoffMs(backoff, failure, random);
      throw error;
    }
  }

  /** Whether what is held has changed. */
  async #keep(slot: Slot, signal: AbortSignal): Promise<boolean> {
    const { lease } = slot;
    const isAlive = lease !== null && this.#login.isCurrent(lease.session);
    if (!isAlive || lease.step === 'replace') return await this.#read(slot, signal);
    try {
      const term = await lease.session.renewLease(lease.id, signal);
      const endsAt = this.#parts.clock.ticks() + term.durationMs;
      slot.lease = { ...lease, step: decideTermStep(term, lease.firstMs), endsAt };
      this.#settle(slot, decideRenewalMs(term.durationMs, this.#parts.random));
      return false;
    } catch (error) {
      if (!isMayflyError(error) || error.kind !== 'denied') throw error;
      return await this.#read(slot, signal);
    }
  }

  /** Whether the answer is another one than before. */
  async #read(slot: Slot, signal: AbortSignal): Promise<boolean> {
    const { read } = slot;
    const answer = await this.#login.use(
      async (session) => ({ session, secret: await readOrNothing(session, read, signal) }),
      signal,
    );
    const { secret, session } = answer;
    const before = this.#held.get(read.id);
    if (secret === null) this.#held.delete(read.id);
    else this.#held.set(read.id, secret);
    before?.wipe();
    slot.hasAnswer = true;
    this.#begin(slot, secret?.lease ?? null, session);
    return true;
  }

  #begin(slot: Slot, lease: StoreLease | null, session: StoreSession): void {
    const { clock, random, refreshMs } = this.#parts;
    if (lease === null) {
      slot.lease = null;
      this.#settle(slot, spread(refreshMs, random));
      return;
    }
    const { id, durationMs } = lease;
    const step = decideTermStep(lease, durationMs);
    const endsAt = clock.ticks() + durationMs;
    slot.lease = { id, session, firstMs: durationMs, step, endsAt };
    this.#settle(slot, decideRenewalMs(durationMs, random));
  }

  #settle(slot: Slot, afterMs: number): void {
    slot.failures = 0;
    slot.dueAt = this.#parts.clock.ticks() + afterMs;
  }

  #postpone(slot: Slot, error: unknown): void {
    const { clock, random, logger } = this.#parts;
    slot.failures += 1;
    const failure = { count: slot.failures, askedMs: askedMsOf(error) };
    slot.dueAt = clock.ticks() + decideBackoffMs(backoff, failure, random);
    if (slot.lease === null || clock.ticks() < slot.lease.endsAt) return;
    const { store, path } = slot.read;
    logger.error('a lease has ended before it could be renewed', { store, path });
    slot.lease = null;
  }

  async #try<T>(signal: AbortSignal, work: (ending: AbortSignal) => Promise<T>): Promise<T> {
    const { store } = this;
    function reason(): Error {
      const params = { store, reason: `nothing came within ${tryMs / 1000} s` };
      return createError('MAYFLY_STORE_UNAVAILABLE', params);
    }
    const deadline = { clock: this.#parts.clock, ms: tryMs, signal, reason };
    return await withDeadline(deadline, async (ending) => await orAborted(work(ending), ending));
  }
}

function askedMsOf(error: unknown): number | undefined {
  return isMayflyError(error) ? error.retryAfterMs : undefined;
}
