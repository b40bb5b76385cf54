import type { KubeObject } from '#core/ports/kube/kube-api.ts';
import type { MonotonicClock } from '#core/ports/time.ts';
import { readLease, type LeaseRecord } from './lease-record.ts';

/** What was seen last, and for how long it has been so. */
interface Sighting {
  /** Null while there is no Lease. */
  readonly version: string | null;
  readonly sinceTicks: number;
  /** How long a holder may be silent. */
  readonly durationMs: number;
}

/** Judges from changes of the Lease whether its holder, somebody else, is still there. */
export class LeaseSightings {
  readonly #clock: MonotonicClock;
  readonly #defaultDurationMs: number;
  #last: Sighting | null = null;

  constructor(clock: MonotonicClock, defaultDurationMs: number) {
    this.#clock = clock;
    this.#defaultDurationMs = defaultDurationMs;
  }

  /**
   * Free is what was given back, and what nobody has changed for as long as its holder may be silent. A Lease that
   * somebody deleted says nothing about its holder, who is waited for; one that was never seen has none.
   */
  isFree(lease: KubeObject | null): boolean {
    const isUnheld = lease === null ? this.#last === null : this.#recordOf(lease).holder === '';
    return isUnheld || this.#isSilent(lease);
  }

  #isSilent(lease: KubeObject | null): boolean {
    const version = lease?.metadata.resourceVersion ?? null;
    const now = this.#clock.ticks();
    const last = this.#last;
    if (last?.version === version) return now - last.sinceTicks >= last.durationMs;
    this.#last = { version, sinceTicks: now, durationMs: this.#durationOf(lease) };
    return false;
  }

  #durationOf(lease: KubeObject | null): number {
    if (lease !== null) return this.#recordOf(lease).durationMs;
    return this.#last?.durationMs ?? this.#defaultDurationMs;
  }

  #recordOf(lease: KubeObject): LeaseRecord {
    return readLease(lease, this.#defaultDurationMs);
  }
}
