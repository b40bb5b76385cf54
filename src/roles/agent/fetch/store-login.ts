import { decideRenewalMs, decideTermStep } from '#core/agent/decide-term.ts';
import { isMayflyError } from '#core/errors/mayfly-error.ts';
import type { PlanStore } from '#core/injection/agent-plan.ts';
import type { SecretStore, StoreSession, StoreTerm } from '#core/ports/secret-store.ts';
import type { MonotonicClock, Random } from '#core/ports/time.ts';
import type { Logger } from '#platform/log/logger.ts';
import { readToken } from './read-token.ts';

export interface LoginParts {
  readonly planned: PlanStore;
  readonly store: SecretStore;
  readonly clock: MonotonicClock;
  readonly random: Random;
  readonly logger: Logger;
}

/** The login at one store that everything of the agent shares. */
export interface StoreLogin {
  /**
   * Works with the login; logs in when there is none, once for all who ask at the same time. When the store has ended
   * a login that was good before, the work is done once more with a new one.
   */
  use<T>(work: (session: StoreSession) => Promise<T>, signal: AbortSignal): Promise<T>;
  /** Whether this is the login in use: what another one opened ends with that one. */
  isCurrent(session: StoreSession): boolean;
  /** When the login is to be renewed, in ticks of the clock; null for never. */
  renewAt(): number | null;
  /** Prolongs the login, or logs in anew where that cannot be done. */
  renew(signal: AbortSignal): Promise<void>;
  /** Gives back every login that may still be good. Throws what the store answers to the last of them. */
  revoke(signal: AbortSignal): Promise<void>;
}

/** A login that ended, as far as a store tells that from what was never allowed. */
const ended: ReadonlySet<string> = new Set(['MAYFLY_STORE_DENIED', 'MAYFLY_STORE_LOGIN_ENDED']);

interface Term {
  readonly session: StoreSession;
  /** As long as the store gave at first. */
  readonly firstMs: number;
  readonly step: 'renew' | 'replace';
  readonly renewAt: number | null;
}

export function createStoreLogin(parts: LoginParts): StoreLogin {
  return new Login(parts);
}

class Login implements StoreLogin {
  readonly #parts: LoginParts;
  /** All that may still be good. */
  readonly #opened = new Set<StoreSession>();
  #term: Term | null = null;
  #opening: Promise<Term> | null = null;

  constructor(parts: LoginParts) {
    this.#parts = parts;
  }

  async use<T>(work: (session: StoreSession) => Promise<T>, signal: AbortSignal): Promise<T> {
    const known = this.#term;
    if (known === null) return await work((await this.#replace(signal)).session);
    try {
      return await work(known.session);
    } catch (error) {
      if (!mayHaveEnded(error)) throw error;
      return await this.#useAnother(work, signal);
    }
  }

  /** A store does not tell a login that ended from what is not allowed: what fails again was not allowed. */
  async #useAnother<T>(
    work: (session: StoreSession) => Promise<T>,
    signal: AbortSignal,
  ): Promise<T> {
    const term = await (this.#opening ??= this.#logIn(signal));
    try {
      const result = await work(term.session);
      this.#term = term;
      return result;
    } catch (error) {
      if (this.#term?.session !== term.session) await this.#giveBack(term.session, signal);
      throw error;
    } finally {
      this.#opening = null;
    }
  }

  isCurrent(session: StoreSession): boolean {
    return this.#term?.session === session;
  }

  renewAt(): number | null {
    return this.#term?.renewAt ?? null;
  }

  async renew(signal: AbortSignal): Promise<void> {
    const term = this.#term;
    if (term === null || term.step === 'replace') {
      await this.#replace(signal);
      return;
    }
    try {
      const next = await term.session.renew(signal);
      this.#term = this.#openTerm(term.session, next, term.firstMs);
    } catch (error) {
      if (!isRefusal(error)) throw error;
      await this.#replace(signal);
    }
  }

  async revoke(signal: AbortSignal): Promise<void> {
    const results = await Promise.allSettled(
      [...this.#opened].map(async (session) => await session.revoke(signal)),
    );
    this.#opened.clear();
    this.#term = null;
    const failed = results.findLast((result) => result.status === 'rejected');
    if (failed !== undefined && !mayHaveEnded(failed.reason)) throw failed.reason;
  }

  /** The old login stays in use until there is another. */
  async #replace(signal: AbortSignal): Promise<Term> {
    try {
      const term = await (this.#opening ??= this.#logIn(signal));
      this.#term = term;
      return term;
    } finally {
      this.#opening = null;
    }
  }

  async #logIn(signal: AbortSignal): Promise<Term> {
    const { planned, store, clock, logger } = this.#parts;
    const token = readToken(planned);
    try {
      const session = await store.login(token, signal);
      this.#opened.add(session);
      const { accessor, expiresAt, renewable } = session;
      logger.info('logged in', { store: planned.name, ...(accessor === null ? {} : { accessor }) });
      if (expiresAt === null) return { session, firstMs: 0, step: 'replace', renewAt: null };
      const durationMs = Math.max(0, expiresAt - clock.now());
      return this.#openTerm(session, { durationMs, renewable }, durationMs);
    } finally {
      token.wipe();
    }
  }

  #openTerm(session: StoreSession, term: StoreTerm, firstMs: number): Term {
    const { clock, random } = this.#parts;
    const renewAt = clock.ticks() + decideRenewalMs(term.durationMs, random);
    return { session, firstMs, step: decideTermStep(term, firstMs), renewAt };
  }

  async #giveBack(session: StoreSession, signal: AbortSignal): Promise<void> {
    this.#opened.delete(session);
    await session.revoke(signal).catch(() => undefined);
  }
}

function mayHaveEnded(error: unknown): boolean {
  return isMayflyError(error) && ended.has(error.code);
}

function isRefusal(error: unknown): boolean {
  return isMayflyError(error) && (error.kind === 'denied' || mayHaveEnded(error));
}
