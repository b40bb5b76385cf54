import type { Worker } from 'node:worker_threads';
import { createError } from '#core/errors/mayfly-error.ts';

/** One end of a conversation with a worker: messages in order, one asked for at a time. */
export interface WorkerLine {
  send(message: object, transfer?: readonly ArrayBuffer[]): void;
  receive(): Promise<unknown>;
  /** Rejects with `MAYFLY_INTERNAL_BUG` when the worker dies. Never resolves. */
  readonly failed: Promise<never>;
  keepAlive(keep: boolean): void;
  end(): Promise<void>;
}

export function createWorkerLine(worker: Worker): WorkerLine {
  const inbox = createInbox();
  const failure = Promise.withResolvers<never>();
  failure.promise.catch(() => undefined);
  worker.on('message', (message: unknown) => inbox.put(message));
  worker.on('error', (cause) => failure.reject(died(cause)));
  worker.on('exit', () => failure.reject(died()));
  return {
    failed: failure.promise,
    send: (message, transfer = []) => worker.postMessage(message, [...transfer]),
    receive: () => inbox.take(),
    keepAlive(keep): void {
      if (keep) worker.ref();
      else worker.unref();
    },
    async end(): Promise<void> {
      await worker.terminate();
    },
  };
}

function died(cause?: unknown): Error {
  return createError('MAYFLY_INTERNAL_BUG', { where: 'a worker thread' }, { cause });
}

/** Messages that arrived before somebody asked, or askers before a message arrived. */
export interface Inbox {
  put(message: unknown): void;
  take(): Promise<unknown>;
}

export function createInbox(): Inbox {
  const messages: unknown[] = [];
  const askers: ((message: unknown) => void)[] = [];
  return {
    put(message): void {
      const asker = askers.shift();
      if (asker === undefined) messages.push(message);
      else asker(message);
    },
    take(): Promise<unknown> {
      if (messages.length > 0) return Promise.resolve(messages.shift());
      return new Promise((resolve) => askers.push(resolve));
    },
  };
}
