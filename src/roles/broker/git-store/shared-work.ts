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
  /** Whose it is: nobody has more than a share. */
  readonly group: string;
  begin(signal: AbortSignal): Promise<T>;
  whenFull(): Error;
}

export interface WorkLimits {
  /** How much is done at a time. */
  readonly most: number;
  /** How much may wait for its turn. */
  readonly mostWaiting: number;
}

export interface SharedWorkOptions extends WorkLimits {
  /** The share of one group. The groups take turns. */
  readonly ofOne: WorkLimits;
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
    if (turns.isFull(work.group)) throw work.whenFull();
    const ended = new AbortController();
    const result = turns.take(work.group, async () => {
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
  isFull(group: string): boolean;
  take<T>(group: string, begin: () => Promise<T>): Promise<T>;
}

function createTurns({ most, mostWaiting, ofOne }: SharedWorkOptions): Turns {
  const busy = new Map<string, number>();
  /** Who waits, by group; the group that had a turn last is the last one. */
  const waiting = new Map<string, (() => void)[]>();

  function isFree(group: string): boolean {
    return sum(busy.values()) < most && (busy.get(group) ?? 0) < ofOne.most;
  }

  function leave(group: string): void {
    const left = (busy.get(group) ?? 0) - 1;
    if (left > 0) busy.set(group, left);
    else busy.delete(group);
  }

  /** The turn is handed on at once: whoever comes meanwhile does not overtake. */
  function handOn(): void {
    const [group, queue] = [...waiting].find(([each]) => isFree(each)) ?? ['', []];
    const [next, ...others] = queue;
    if (next === undefined) return;
    waiting.delete(group);
    if (others.length > 0) waiting.set(group, others);
    busy.set(group, (busy.get(group) ?? 0) + 1);
    next();
  }

  async function waitForTurn(group: string): Promise<void> {
    const turn = Promise.withResolvers<void>();
    waiting.set(group, [...(waiting.get(group) ?? []), turn.resolve]);
    handOn();
    await turn.promise;
  }

  return {
    isFull(group): boolean {
      const all = sum([...waiting.values()].map(({ length }) => length));
      const own = waiting.get(group)?.length ?? 0;
      return all >= mostWaiting || own >= ofOne.mostWaiting;
    },
    async take(group, begin) {
      await waitForTurn(group);
      try {
        return await begin();
      } finally {
        leave(group);
        handOn();
      }
    },
  };
}

function sum(numbers: Iterable<number>): number {
  return [...numbers].reduce((total, each) => total + each, 0);
}
