import type { KubeApi, KubeObject, KubeQuery, KubeWatchEvent } from '#core/ports/kube/kube-api.ts';
import type { Reflector, ReflectorChange, ReflectorHealth } from '#core/ports/kube/reflector.ts';
import type { MonotonicClock, Random } from '#core/ports/time.ts';
import { wait } from '#platform/time/wait.ts';
import { orAborted } from '#platform/time/with-deadline.ts';
import { followWatch } from './follow-watch.ts';
import { listPages, tooMany } from './list-pages.ts';
import { Mirror } from './mirror.ts';
import { isOlderVersion } from './resource-version.ts';
import { Retry } from './retry.ts';

/** What went wrong: while listing, while watching, or in a callback. It goes on in any case. */
export interface ReflectorFault {
  readonly during: 'list' | 'watch' | 'callback';
  readonly error: unknown;
}

export interface ReflectorDeps {
  readonly api: Pick<KubeApi, 'list' | 'watch'>;
  readonly clock: MonotonicClock;
  readonly random: Random;
  onFault(fault: ReflectorFault): void;
}

export interface ReflectorOptions<T> {
  readonly query: KubeQuery;
  /** What is held of an object; the object itself is not. */
  keep(object: KubeObject): T;
  onChange?(change: ReflectorChange<T>): void;
  /** With more of them the list is refused as `MAYFLY_KUBE_TOO_MANY`. */
  readonly maxObjects?: number;
}

const defaultMaxObjects = 200_000;
/** Whatever was missed is found by then, or when the watch ends that is open then. */
const relistAfterMs = 600_000;
const relistAgainMs = 60_000;
const relistSpread = 0.1;

/**
 * A {@link Reflector} on the API. Any loss, repetition or disorder of events ends in the same mirror, because a list
 * says again and again what there is.
 */
export function createReflector<T>(
  deps: ReflectorDeps,
  options: ReflectorOptions<T>,
): Reflector<T> {
  return new ListWatch(deps, options);
}

class ListWatch<T> implements Reflector<T> {
  readonly #deps: ReflectorDeps;
  readonly #options: ReflectorOptions<T>;
  readonly #mirror: Mirror<T>;
  readonly #retry: Retry;
  readonly #maxObjects: number;
  readonly #firstList = Promise.withResolvers<void>();
  #isStopped = false;
  #synced = false;
  #heardAt: number | null = null;
  /** Up to where everything is known; null when it has to be listed. */
  #position: string | null = null;
  /** Whether the server may know less than it did: a restored etcd is at an older version. */
  #isDoubtful = false;
  #relistTicks = 0;
  #isHealthy = false;

  constructor(deps: ReflectorDeps, options: ReflectorOptions<T>) {
    this.#deps = deps;
    this.#options = options;
    this.#maxObjects = options.maxObjects ?? defaultMaxObjects;
    this.#retry = new Retry(deps.random);
    this.#mirror = new Mirror({
      keep: (object) => options.keep(object),
      tell: (change) => this.#tell(change),
      onFault: (error) => deps.onFault({ during: 'callback', error }),
      maxObjects: this.#maxObjects,
    });
  }

  async run(signal: AbortSignal): Promise<void> {
    const stop = (): void => {
      this.#isStopped = true;
    };
    signal.addEventListener('abort', stop, { once: true });
    if (signal.aborted) stop();
    while (!this.#isStopped) {
      const delayMs = await this.#runRound(signal);
      if (!this.#isStopped) await wait(this.#deps.clock, delayMs, signal).catch(stop);
    }
  }

  async untilSynced(signal: AbortSignal): Promise<void> {
    signal.throwIfAborted();
    await orAborted(this.#firstList.promise, signal);
  }

  get(namespace: string, name: string): T | null {
    return this.#mirror.get(namespace, name);
  }

  list(): readonly T[] {
    return this.#mirror.list();
  }

  learn(object: KubeObject): void {
    this.#mirror.learn(object);
  }

  health(): ReflectorHealth {
    return { synced: this.#synced, heardAt: this.#heardAt };
  }

  /** Lists if need be, watches until that ends, and answers how long to wait before the next round. */
  async #runRound(signal: AbortSignal): Promise<number> {
    this.#isHealthy = false;
    const failure =
      (await this.#checkIfDoubtful(signal)) ??
      (await this.#listIfDue(signal)) ??
      (await this.#watchIfListed(signal));
    this.#isDoubtful ||= failure !== null;
    const { delayMs, mustList } = this.#retry.plan({ isHealthy: this.#isHealthy, failure });
    if (mustList) this.#position = null;
    return delayMs;
  }

  /** While events can still be followed, a list that is refused does not keep from following them. */
  async #listIfDue(signal: AbortSignal): Promise<unknown> {
    const { clock } = this.#deps;
    if (this.#position !== null && clock.ticks() < this.#relistTicks) return null;
    const failure = await this.#try('list', () => this.#listAll(signal));
    if (failure === null || this.#position === null) return failure;
    this.#relistTicks = clock.ticks() + this.#spread(relistAgainMs);
    return null;
  }

  async #checkIfDoubtful(signal: AbortSignal): Promise<unknown> {
    if (!this.#isDoubtful) return null;
    return await this.#try('list', () => this.#checkPosition(signal));
  }

  /** A watch from a version that is still to come would be silent, and then leave out what was before it. */
  async #checkPosition(signal: AbortSignal): Promise<void> {
    if (this.#position === null) return;
    const { api } = this.#deps;
    const { resourceVersion } = await api.list(this.#options.query, { signal, limit: 1 });
    if (isOlderVersion(resourceVersion, this.#position)) this.#position = null;
    this.#isDoubtful = false;
  }

  async #listAll(signal: AbortSignal): Promise<void> {
    const draft = this.#mirror.beginList();
    const version = await listPages({
      ...this.#deps,
      query: this.#options.query,
      maxObjects: this.#maxObjects,
      signal,
      onPage: (objects) => {
        this.#hear();
        draft.add(objects);
      },
    });
    draft.finish(version);
    this.#position = version;
    this.#isDoubtful = false;
    this.#relistTicks = this.#deps.clock.ticks() + this.#spread(relistAfterMs);
    this.#synced = true;
    this.#firstList.resolve();
  }

  async #watchIfListed(signal: AbortSignal): Promise<unknown> {
    const resourceVersion = this.#position;
    if (resourceVersion === null) return null;
    return await this.#try('watch', () =>
      followWatch({
        ...this.#deps,
        query: this.#options.query,
        resourceVersion,
        signal,
        onOpen: () => this.#hear(),
        onHealthy: () => {
          this.#isHealthy = true;
        },
        onEvent: (event) => this.#take(event),
      }),
    );
  }

  /** Answers what went wrong, null for nothing. What a stop breaks is no fault. */
  async #try(during: 'list' | 'watch', work: () => Promise<void>): Promise<unknown> {
    try {
      await work();
      return null;
    } catch (error) {
      if (!this.#isStopped) this.#deps.onFault({ during, error });
      return error;
    }
  }

  #take(event: KubeWatchEvent): void {
    this.#hear();
    if (event.kind === 'bookmark') {
      this.#advance(event.resourceVersion);
      return;
    }
    this.#mirror.take(event);
    this.#advance(event.object.metadata.resourceVersion);
    if (this.#mirror.size > this.#maxObjects) throw tooMany(this.#options.query, this.#maxObjects);
  }

  /** An event that comes late does not lead back to what was passed. */
  #advance(version: string): void {
    const isLate = this.#position !== null && isOlderVersion(version, this.#position);
    if (!isLate) this.#position = version;
  }

  #hear(): void {
    this.#heardAt = this.#deps.clock.now();
  }

  #tell(change: ReflectorChange<T>): void {
    if (this.#isStopped) return;
    try {
      this.#options.onChange?.(change);
    } catch (error) {
      this.#deps.onFault({ during: 'callback', error });
    }
  }

  #spread(ms: number): number {
    return ms * (1 - relistSpread * this.#deps.random.fraction());
  }
}
