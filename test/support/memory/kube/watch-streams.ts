import { createError, type MayflyError } from '#core/errors/mayfly-error.ts';
import type { KubeCall, KubeObject, KubeWatch, KubeWatchEvent } from '#core/ports/kube/kube-api.ts';
import type { Clock, Random } from '#core/ports/time.ts';
import type { ObjectStore, StoredChange } from './object-store.ts';
import { matchesQuery, metadataOf } from './selectors.ts';

/** How many of the events are tampered with, from 0 to 1. */
export interface EventFaults {
  readonly random: Random;
  readonly drop?: number;
  readonly duplicate?: number;
  /** Delivered after the event that follows. */
  readonly reorder?: number;
}

/** The watches that are open, with hands that break them. */
export interface WatchStreams {
  open(
    query: KubeWatch,
    call: KubeCall & { readonly onOpen?: () => void },
  ): AsyncGenerator<KubeWatchEvent>;
  /** How many are open. */
  readonly count: number;
  /** Cuts every open watch: in mid-stream, or after half of a line. */
  breakAll(error?: MayflyError): void;
  /** Ends every open watch in good order. */
  endAll(): void;
  /** Watches that are open fall silent, and their end is not heard either. New ones are well. */
  freezeAll(): void;
  /** Sends every open watch a bookmark now. */
  bookmarkAll(): void;
  /** From now on; null stops it. */
  setFaults(faults: EventFaults | null): void;
}

/** As often as the API server sends them. */
const bookmarkEveryMs = 60_000;

type Item =
  KubeWatchEvent | { readonly kind: 'end' } | { readonly kind: 'failure'; readonly error: unknown };

export function createWatchStreams(store: ObjectStore, clock: Clock): WatchStreams {
  const streams = new Set<Stream>();
  let faults: EventFaults | null = null;

  async function* open(
    query: KubeWatch,
    call: KubeCall & { readonly onOpen?: () => void },
  ): AsyncGenerator<KubeWatchEvent> {
    const stream = new Stream(query, () => faults);
    const missed = store.changesSince(query.resourceVersion, `watch ${query.resource.plural}`);
    call.onOpen?.();
    for (const change of missed) stream.take(change);
    const stop = [
      store.onChange((change) => stream.take(change)),
      repeat(clock, bookmarkEveryMs, () => stream.bookmark(store.version)),
      clock.after(query.timeoutSeconds * 1000, () => stream.finish(store.version)),
    ];
    const onAbort = (): void => stream.fail(call.signal.reason);
    call.signal.addEventListener('abort', onAbort, { once: true });
    streams.add(stream);
    try {
      yield* stream.events();
    } finally {
      streams.delete(stream);
      call.signal.removeEventListener('abort', onAbort);
      for (const end of stop) end();
    }
  }

  return {
    open,
    get count() {
      return streams.size;
    },
    breakAll: (
      error = createError('MAYFLY_KUBE_UNAVAILABLE', { what: 'watch', reason: 'cut' }),
    ) => {
      for (const stream of streams) stream.fail(error);
    },
    endAll: () => {
      for (const stream of streams) stream.finish(store.version);
    },
    freezeAll: () => {
      for (const stream of streams) stream.isFrozen = true;
    },
    bookmarkAll: () => {
      for (const stream of streams) stream.bookmark(store.version);
    },
    setFaults: (wanted) => {
      faults = wanted;
    },
  };
}

class Stream {
  readonly #query: KubeWatch;
  readonly #faults: () => EventFaults | null;
  readonly #waiting: Item[] = [];
  #late: KubeWatchEvent | null = null;
  #wake: () => void = () => undefined;
  isFrozen = false;

  constructor(query: KubeWatch, faults: () => EventFaults | null) {
    this.#query = query;
    this.#faults = faults;
  }

  take(change: StoredChange): void {
    const isOurs = change.plural === this.#query.resource.plural;
    const event = isOurs ? seenThrough(this.#query, change) : null;
    if (event !== null && !this.isFrozen) this.#deliver(event);
  }

  #deliver(event: KubeWatchEvent): void {
    const { random, drop, duplicate, reorder } = { ...noFaults, ...this.#faults() };
    const late = this.#late;
    this.#late = null;
    if (random.fraction() >= drop) {
      if (late === null && random.fraction() < reorder) this.#late = event;
      else this.#push(event);
      if (random.fraction() < duplicate) this.#push(event);
    }
    if (late !== null) this.#push(late);
  }

  bookmark(version: number): void {
    if (!this.isFrozen) this.#push({ kind: 'bookmark', resourceVersion: String(version) });
  }

  finish(version: number): void {
    if (this.isFrozen) return;
    this.bookmark(version);
    this.#push({ kind: 'end' });
  }

  fail(error: unknown): void {
    this.#push({ kind: 'failure', error });
  }

  async *events(): AsyncGenerator<KubeWatchEvent> {
    for (;;) {
      const item = this.#waiting.shift();
      if (item === undefined) await this.#untilPushed();
      else if (item.kind === 'end') return;
      else if (item.kind === 'failure') throw item.error;
      else yield item;
    }
  }

  #push(item: Item): void {
    this.#waiting.push(item);
    this.#wake();
  }

  async #untilPushed(): Promise<void> {
    await new Promise<void>((resolve) => {
      this.#wake = resolve;
    });
  }
}

const noFaults: Required<EventFaults> = {
  random: { bytes: () => new Uint8Array(), fraction: () => 1, uuid: () => '' },
  drop: 0,
  duplicate: 0,
  reorder: 0,
};

/** An object that no longer matches is deleted for this watch, one that begins to is new. */
function seenThrough(query: KubeWatch, change: StoredChange): KubeWatchEvent | null {
  const was = change.before !== null && matchesQuery(query, change.before);
  const is = !change.isDeletion && matchesQuery(query, change.object);
  const object: KubeObject =
    query.metadataOnly === true ? metadataOf(change.object) : change.object;
  if (was && is) return { kind: 'modified', object };
  if (is) return { kind: 'added', object };
  return was ? { kind: 'deleted', object } : null;
}

function repeat(clock: Clock, everyMs: number, callback: () => void): () => void {
  let cancel = clock.after(everyMs, again);
  function again(): void {
    callback();
    cancel = clock.after(everyMs, again);
  }
  return () => cancel();
}
