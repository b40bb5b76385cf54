import { orAborted } from '#platform/time/with-deadline.ts';

/** Work that several wait for is done once, and of different work only so much at a time. */
export interface SharedWork<T extends Wipeable> {
  /**
   * Joins the work under way for the key, or begins it. `take` copies what this reader gets: the result is wiped when
   * the last reader has its own. With no reader left the work is aborted. Throws what the work does, the reason of the
   * signal, and `whenFull` when too much waits already.
   */
  share<R>(work: Work<T>, take: (result: T) => R, signal: AbortSignal): Promise<R>;
}

export interface Wipeable {
  wipe(): void;
}

export interface Work<T> {
  /** The same key is the same work. */
  readonly key: string;
  begin(signal: AbortSignal): Promise<T>;
  whenFull(): Error;
}

export interface SharedWorkOptions {
  /** How much is done at a time. */
  readonly most: number;
  /** How much may wait for its turn. */
  readonly mostWaiting: number;
}

interface Flight<T> {
  readonly result: Promise<T>;
  readonly ended: AbortController;
  readers: number;
}

export function createSharedWork<T extends Wipeable>(options: SharedWorkOptions): SharedWork<T> {
  const flights = new Map<string, Flight<T>>();
  const turns = createTurns(options);

  function start(work: Work<T>): Flight<T> {
    if (turns.isFull()) throw work.whenFull();
    const ended = new AbortController();
    const result = turns.take(async () => {
      ended.signal.throwIfAborted();
      return await work.begin(ended.signal);
    });
    const flight = { result, ended, readers: 0 };
    flights.set(work.key, flight);
    return flight;
  }

  /** Whoever was not aborted has seen the end of the work: there is nothing to abort. */
  function leave(key: string, flight: Flight<T>, signal: AbortSignal): void {
    flight.readers -= 1;
    if (flight.readers > 0) return;
    flights.delete(key);
    if (signal.aborted) flight.ended.abort(signal.reason);
    flight.result.then(
      (result) => result.wipe(),
      () => undefined,
    );
  }

  return {
    async share(work, take, signal) {
      signal.throwIfAborted();
      const flight = flights.get(work.key) ?? start(work);
      flight.readers += 1;
      try {
        return take(await orAborted(flight.result, signal));
      } finally {
        leave(work.key, flight, signal);
      }
    },
  };
}

interface Turns {
  isFull(): boolean;
  take<T>(begin: () => Promise<T>): Promise<T>;
}

function createTurns({ most, mostWaiting }: SharedWorkOptions): Turns {
  const waiting: (() => void)[] = [];
  let busy = 0;
  return {
    isFull: () => waiting.length >= mostWaiting,
    async take(begin) {
      if (busy >= most) await new Promise<void>((resolve) => waiting.push(resolve));
      else busy += 1;
      try {
        return await begin();
      } finally {
        // The turn is handed on: whoever comes meanwhile does not overtake.
        const next = waiting.shift();
        if (next === undefined) busy -= 1;
        else next();
      }
    },
  };
}
