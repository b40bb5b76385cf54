import { createLocalJWKSet } from 'jose';
import { createError, isMayflyError, type MayflyError } from '#core/errors/mayfly-error.ts';
import type { MonotonicClock, Random } from '#core/ports/time.ts';
import { orAborted } from '#platform/time/with-deadline.ts';
import type { ReadKeys } from './read-keys.ts';

/** The keys that an issuer had at one time. */
export interface KeySnapshot {
  /** Finds the key of a token by `kid`, `kty`, `alg` and curve. */
  readonly choose: ReturnType<typeof createLocalJWKSet>;
  /** Every `kid`. */
  readonly ids: ReadonlySet<string>;
  /** In ticks of the clock. */
  readonly readAt: number;
}

/** How it stands with the keys of an issuer. */
export interface KeyStanding {
  /** Since they were read; null before they were. Nobody reads keys that are not used. */
  readonly ageMs: number | null;
  /** How often they could not be read. */
  readonly failures: number;
}

/**
 * The keys of one issuer, kept. They are read at most once in {@link restMs}, whatever tokens come and whether or not the
 * issuer answers, and used for {@link staleMs} after it has stopped to.
 */
export interface IssuerKeys {
  /** Waits only while there are none, or they may be old. Throws `MAYFLY_ISSUER_UNAVAILABLE`, `MAYFLY_ISSUER_KEYS`. */
  read(signal: AbortSignal): Promise<KeySnapshot>;
  /** Whether {@link read} would not wait. */
  isAtHand(): boolean;
  /** For a token of a key that they do not hold: newer ones, or the same again where it is not time for that yet. */
  readNewer(than: KeySnapshot, signal: AbortSignal): Promise<KeySnapshot>;
  standing(): KeyStanding;
  close(): void;
}

const restMs = 30_000;
/** From then on they are read again while they are used, and then before. */
const [freshMs, agedMs] = [5 * 60_000, 10 * 60_000];
const staleMs = 6 * 60 * 60_000;

export interface KeySource {
  /** Name of the TokenIssuer. */
  readonly issuer: string;
  readonly read: ReadKeys;
}

export interface KeeperDeps {
  readonly clock: MonotonicClock;
  readonly random: Random;
}

export function createIssuerKeys(source: KeySource, deps: KeeperDeps): IssuerKeys {
  return new KeptKeys(source, deps);
}

class KeptKeys implements IssuerKeys {
  readonly #source: KeySource;
  readonly #deps: KeeperDeps;
  readonly #over = new AbortController();
  #current: KeySnapshot | null = null;
  #reading: Promise<void> | null = null;
  #nextAt = -Infinity;
  /** Of the last reading; null when it went well. */
  #failure: MayflyError | null = null;
  #failures = 0;

  constructor(source: KeySource, deps: KeeperDeps) {
    this.#source = source;
    this.#deps = deps;
  }

  async read(signal: AbortSignal): Promise<KeySnapshot> {
    const age = this.#ageMs();
    if (age >= freshMs) this.#begin();
    if (!this.isAtHand() && this.#reading !== null) await orAborted(this.#reading, signal);
    if (this.#current !== null && this.#ageMs() < staleMs) return this.#current;
    throw this.#failure ?? createBug();
  }

  isAtHand(): boolean {
    return this.#ageMs() < (this.#failure === null ? agedMs : staleMs);
  }

  async readNewer(than: KeySnapshot, signal: AbortSignal): Promise<KeySnapshot> {
    this.#begin();
    if (this.#reading !== null) await orAborted(this.#reading, signal);
    return this.#current ?? than;
  }

  standing(): KeyStanding {
    return { ageMs: this.#current === null ? null : this.#ageMs(), failures: this.#failures };
  }

  close(): void {
    const params = { issuer: this.#source.issuer, reason: 'they are no longer asked for' };
    this.#over.abort(createError('MAYFLY_ISSUER_UNAVAILABLE', params));
  }

  #ageMs(): number {
    return this.#current === null ? Infinity : this.#deps.clock.ticks() - this.#current.readAt;
  }

  /** One reading for all who wait, and none before its time. Who waits sees how it went by what is kept then. */
  #begin(): void {
    const { clock, random } = this.#deps;
    if (this.#reading !== null || clock.ticks() < this.#nextAt) return;
    this.#nextAt = clock.ticks() + restMs * (1 + 0.2 * random.fraction());
    this.#reading = this.#replace().finally(() => {
      this.#reading = null;
    });
  }

  async #replace(): Promise<void> {
    try {
      const keys = await this.#source.read(this.#over.signal);
      this.#current = {
        choose: createLocalJWKSet({ keys: [...keys] }),
        ids: new Set(keys.flatMap(({ kid }) => kid ?? [])),
        readAt: this.#deps.clock.ticks(),
      };
      this.#failure = null;
    } catch (error) {
      this.#failures += 1;
      this.#failure = isMayflyError(error) ? error : createBug(error);
    }
  }
}

function createBug(cause?: unknown): MayflyError {
  return createError('MAYFLY_INTERNAL_BUG', { where: 'the keys of an issuer' }, { cause });
}
