import type { KubeApi, KubeWatchEvent } from '#core/ports/kube/kube-api.ts';
import type { MonotonicClock } from '#core/ports/time.ts';

/** A program that can be stopped as by SIGSTOP: time goes on, but no timer fires and no answer is read. */
export interface PausableProgram {
  readonly clock: MonotonicClock;
  readonly api: KubeApi;
  pause(): void;
  resume(): void;
  /** Sets its wall clock, as an administrator or NTP does. */
  jumpBy(ms: number): void;
}

export function createPausableProgram(clock: MonotonicClock, api: KubeApi): PausableProgram {
  let running = Promise.withResolvers<void>();
  let isPaused = false;
  let skewMs = 0;
  running.resolve();

  function after(delayMs: number, callback: () => void): () => void {
    let isCancelled = false;
    const fire = (): void => {
      if (!isCancelled) callback();
    };
    const cancel = clock.after(delayMs, () => {
      if (isPaused) void running.promise.then(fire);
      else fire();
    });
    return () => {
      isCancelled = true;
      cancel();
    };
  }

  /** An answer that comes while the program is stopped is read when it goes on. */
  async function read<T>(answer: Promise<T>): Promise<T> {
    try {
      return await answer;
    } finally {
      await running.promise;
    }
  }

  async function* follow(events: AsyncIterable<KubeWatchEvent>): AsyncGenerator<KubeWatchEvent> {
    try {
      for await (const event of events) {
        await running.promise;
        yield event;
      }
    } finally {
      await running.promise;
    }
  }

  return {
    clock: { now: () => clock.now() + skewMs, ticks: () => clock.ticks(), after },
    api: {
      get: (target, call) => read(api.get(target, call)),
      list: (query, call) => read(api.list(query, call)),
      watch: (query, call) => follow(api.watch(query, call)),
      create: (target, body, call) => read(api.create(target, body, call)),
      apply: (target, body, call) => read(api.apply(target, body, call)),
      patch: (target, body, call) => read(api.patch(target, body, call)),
      replace: (target, body, call) => read(api.replace(target, body, call)),
      requestToken: (account, call) => read(api.requestToken(account, call)),
      delete: (target, call) => read(api.delete(target, call)),
    },
    pause: () => {
      if (!isPaused) running = Promise.withResolvers();
      isPaused = true;
    },
    resume: () => {
      isPaused = false;
      running.resolve();
    },
    jumpBy: (ms) => {
      skewMs += ms;
    },
  };
}
