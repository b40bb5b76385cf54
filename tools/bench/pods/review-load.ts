import { setTimeout as sleep } from 'node:timers/promises';
import {
  openReviewConnection,
  type ReviewConnection,
  type ReviewPlace,
} from './review-connection.ts';

/** Loads on one server of reviews, over connections that are kept. */
export interface ReviewLoad {
  /** Sends so many reviews a second, whether those before are answered or not; times in ms from when each was due. */
  open(request: Uint8Array, load: OpenLoad): Promise<readonly number[]>;
  /** Sends the next review when one is answered, over so many connections; how many were answered a second. */
  closed(request: Uint8Array, load: ClosedLoad): Promise<number>;
}

export interface OpenLoad {
  readonly perSecond: number;
  readonly seconds: number;
  /** Called when every connection has carried a review, before those that count. */
  onWarm?(): Promise<unknown>;
}

export interface ClosedLoad {
  readonly connections: number;
  readonly seconds: number;
}

/** What finds none of them free waits for one, and its time runs on. */
const mostConnections = 32;

export function createReviewLoad(place: ReviewPlace): ReviewLoad {
  return {
    async open(request, load) {
      const pool = createPool(place);
      try {
        await pool.warm(request);
        await load.onWarm?.();
        return await sendOpen(pool, request, load);
      } finally {
        pool.close();
      }
    },
    async closed(request, { connections, seconds }) {
      const all: ReviewConnection[] = [];
      try {
        while (all.length < connections) all.push(await openReviewConnection(place));
        return await sendClosed(all, request, seconds);
      } finally {
        for (const one of all) one.close();
      }
    },
  };
}

interface Pool {
  /** Opens every connection and sends a review over each: a server ends what has never carried one. */
  warm(request: Uint8Array): Promise<void>;
  take(): Promise<ReviewConnection>;
  give(connection: ReviewConnection): void;
  close(): void;
}

function createPool(place: ReviewPlace): Pool {
  const all: ReviewConnection[] = [];
  const idle: ReviewConnection[] = [];
  const waiting: ((connection: ReviewConnection) => void)[] = [];
  return {
    async warm(request) {
      while (all.length < mostConnections) {
        const opened = await openReviewConnection(place);
        all.push(opened);
        await opened.send(request);
        idle.push(opened);
      }
    },
    take: async () =>
      idle.pop() ??
      (await new Promise((resolve) => {
        waiting.push(resolve);
      })),
    give(connection) {
      const next = waiting.shift();
      if (next === undefined) idle.push(connection);
      else next(connection);
    },
    close() {
      for (const one of all) one.close();
    },
  };
}

async function sendClosed(
  all: readonly ReviewConnection[],
  request: Uint8Array,
  seconds: number,
): Promise<number> {
  const started = performance.now();
  const endsAt = started + seconds * 1000;
  const counts = all.map(async (one) => {
    let count = 0;
    for (; performance.now() < endsAt; count += 1) await one.send(request);
    return count;
  });
  const count = (await Promise.all(counts)).reduce((sum, each) => sum + each, 0);
  return (count * 1000) / (performance.now() - started);
}

/** Evenly spread. The connection used last is taken first, and what finds none free waits. */
async function sendOpen(
  pool: Pool,
  request: Uint8Array,
  { perSecond, seconds }: OpenLoad,
): Promise<readonly number[]> {
  const times: number[] = [];
  const answers: Promise<void>[] = [];

  async function ask(dueAt: number): Promise<void> {
    const one = await pool.take();
    await one.send(request);
    times.push(performance.now() - dueAt);
    pool.give(one);
  }

  const started = performance.now();
  const count = perSecond * seconds;
  while (answers.length < count) {
    const due = Math.min(count, ((performance.now() - started) * perSecond) / 1000);
    while (answers.length < due) {
      answers.push(ask(started + (answers.length * 1000) / perSecond));
    }
    await sleep(1);
  }
  await Promise.all(answers);
  return times;
}
