import { createError, isMayflyError } from '#core/errors/mayfly-error.ts';
import type { KubeApi, KubeCall, KubeName, KubeObject } from '#core/ports/kube/kube-api.ts';
import type { LeaderElection } from '#core/ports/kube/leader-election.ts';
import type { MonotonicClock, Random } from '#core/ports/time.ts';
import { wait } from '#platform/time/wait.ts';
import { orAborted, withDeadline } from '#platform/time/with-deadline.ts';
import { leaseTarget, readLease, renderLease } from './lease-record.ts';
import { LeaseSightings } from './lease-sightings.ts';

export interface LeaderElectionDeps {
  /** Not one that refuses the writes of a process that does not lead: the Lease is written before and after. */
  readonly api: Pick<KubeApi, 'get' | 'create' | 'replace'>;
  readonly clock: MonotonicClock;
  readonly random: Random;
  /** A try that failed; there will be another one. That somebody else was faster is none. */
  onFault(error: unknown): void;
}

export interface LeaderElectionOptions {
  readonly namespace: string;
  /** The name of the Lease. */
  readonly name: string;
  /** Who this is, for people; made unique here. */
  readonly identity: string;
  /** How long the others wait for a leader that is not heard of. */
  readonly leaseDurationMs: number;
  /** How long it leads on without having renewed; shorter, so that nobody leads at the same time. */
  readonly renewDeadlineMs: number;
  readonly retryPeriodMs: number;
}

const jitter = 0.2;
const releaseTries = 2;

/**
 * A {@link LeaderElection} by one Lease. Whether another holder is still there is judged by changes of the Lease as
 * seen from here, never by the times in it; how long this one may lead counts from before its renewal was sent.
 */
export function createLeaderElection(
  deps: LeaderElectionDeps,
  options: LeaderElectionOptions,
): LeaderElection {
  return new Elector(deps, options);
}

class Elector implements LeaderElection {
  readonly #deps: LeaderElectionDeps;
  readonly #options: LeaderElectionOptions;
  readonly #target: KubeName;
  readonly #identity: string;
  readonly #sightings: LeaseSightings;
  readonly #lost = new AbortController();
  /** Lost or given back: it never leads again. */
  readonly #over = new AbortController();
  readonly #leading = Promise.withResolvers<void>();
  /** The Lease as we wrote it last; null when it has to be looked at first. */
  #own: KubeObject | null = null;
  /** In ticks; null before it leads. */
  #leadsUntil: number | null = null;
  #cancelDeadline: () => void = () => undefined;
  #hasWritten = false;

  constructor(deps: LeaderElectionDeps, options: LeaderElectionOptions) {
    this.#deps = deps;
    this.#options = options;
    this.#target = leaseTarget(options.namespace, options.name);
    this.#identity = `${options.identity}_${deps.random.uuid()}`;
    this.#sightings = new LeaseSightings(deps.clock, options.leaseDurationMs);
  }

  get lost(): AbortSignal {
    return this.#lost.signal;
  }

  isLeading(): boolean {
    if (this.#leadsUntil === null || this.#over.signal.aborted) return false;
    if (this.#deps.clock.ticks() < this.#leadsUntil) return true;
    this.#lose();
    return false;
  }

  async untilLeading(signal: AbortSignal): Promise<void> {
    const either = AbortSignal.any([signal, this.#over.signal]);
    either.throwIfAborted();
    await orAborted(this.#leading.promise, either);
  }

  async run(signal: AbortSignal): Promise<void> {
    const stop = AbortSignal.any([signal, this.#over.signal]);
    while (!stop.aborted) {
      const delayMs = await this.#tryOnce(stop);
      if (!stop.aborted) await wait(this.#deps.clock, delayMs, stop).catch(() => undefined);
    }
  }

  async release(): Promise<void> {
    this.#end(this.#leaseLost());
    if (!this.#hasWritten) return;
    for (let tries = 1; tries <= releaseTries; tries += 1) {
      try {
        await this.#bounded(new AbortController().signal, (call) => this.#giveBack(call));
        return;
      } catch (error) {
        this.#deps.onFault(error);
      }
    }
  }

  /** Answers how long to wait before the next try. */
  async #tryOnce(stop: AbortSignal): Promise<number> {
    const { retryPeriodMs, renewDeadlineMs } = this.#options;
    try {
      await this.#bounded(stop, (call) => this.#attempt(call));
      return this.#spread(retryPeriodMs);
    } catch (error) {
      this.#own = null;
      if (stop.aborted) return 0;
      const known = isMayflyError(error) ? error : null;
      if (known?.kind !== 'conflict') this.#deps.onFault(error);
      const askedMs = Math.min(known?.retryAfterMs ?? 0, renewDeadlineMs / 4);
      return Math.max(this.#spread(retryPeriodMs / 2), askedMs);
    }
  }

  /** A try is given up early enough for another one before leading ends. */
  async #bounded<T>(signal: AbortSignal, work: (call: KubeCall) => Promise<T>): Promise<T> {
    const { clock } = this.#deps;
    const what = `lease ${this.#options.name}`;
    function reason(): Error {
      return createError('MAYFLY_KUBE_UNAVAILABLE', { what, reason: 'too slow' });
    }
    const { renewDeadlineMs, retryPeriodMs } = this.#options;
    const deadline = { clock, signal, ms: (renewDeadlineMs - retryPeriodMs) / 2, reason };
    return await withDeadline(deadline, (own) => work({ signal: own, priority: 'high' }));
  }

  async #attempt(call: KubeCall): Promise<void> {
    const lease = this.#own ?? (await this.#deps.api.get(this.#target, call));
    if (!this.#mayWrite(lease)) return;
    const sentTicks = this.#deps.clock.ticks();
    this.#hasWritten = true;
    this.#own = await this.#write(lease, call);
    this.#leadFrom(sentTicks);
  }

  #mayWrite(lease: KubeObject | null): boolean {
    const isLeading = this.isLeading();
    if (this.#over.signal.aborted) return false;
    if (lease === null) return isLeading || this.#sightings.isFree(null);
    const { holder } = readLease(lease, this.#options.leaseDurationMs);
    if (holder === this.#identity) return true;
    if (isLeading) this.#lose();
    return !isLeading && this.#sightings.isFree(lease);
  }

  async #write(lease: KubeObject | null, call: KubeCall): Promise<KubeObject> {
    const { api, clock } = this.#deps;
    const durationMs = this.#options.leaseDurationMs;
    const body = renderLease({ lease, holder: this.#identity, durationMs, now: clock.now() });
    if (lease === null) return await api.create(this.#target, body, call);
    return await api.replace(this.#target, body, call);
  }

  /** An answer that comes when leading is over already does not bring it back. */
  #leadFrom(sentTicks: number): void {
    const { clock } = this.#deps;
    const until = sentTicks + this.#options.renewDeadlineMs;
    const wasLost = this.#leadsUntil !== null && !this.isLeading();
    if (wasLost || this.#over.signal.aborted || clock.ticks() >= until) return;
    this.#leadsUntil = until;
    this.#cancelDeadline();
    this.#cancelDeadline = clock.after(until - clock.ticks(), () => this.isLeading());
    this.#leading.resolve();
  }

  async #giveBack(call: KubeCall): Promise<void> {
    const { api, clock } = this.#deps;
    const lease = await api.get(this.#target, call);
    if (lease === null) return;
    if (readLease(lease, 0).holder !== this.#identity) return;
    const body = renderLease({ lease, holder: '', durationMs: 1000, now: clock.now() });
    await api.replace(this.#target, body, call);
  }

  #lose(): void {
    const reason = this.#leaseLost();
    this.#end(reason);
    this.#lost.abort(reason);
  }

  #end(reason: Error): void {
    this.#cancelDeadline();
    this.#over.abort(reason);
  }

  #leaseLost(): Error {
    const { namespace, name } = this.#options;
    return createError('MAYFLY_KUBE_LEASE_LOST', { lease: `${namespace}/${name}` });
  }

  #spread(ms: number): number {
    return ms * (1 - jitter * this.#deps.random.fraction());
  }
}
