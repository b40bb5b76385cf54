import { afterAll, describe, expect, it } from '@jest/globals';
import { createWorkerLine, createInbox, type WorkerLine } from '#platform/worker/worker-line.ts';
import { createWorkerPool, type WorkerPool } from '#platform/worker/worker-pool.ts';
import { createSystemClock } from '#platform/time/system-clock.ts';
import { expectCode } from '#test/support/expect-code.ts';
import { createFakeClock } from '#test/support/fake-clock.ts';
import { Worker } from 'node:worker_threads';

const script = new URL('../../../support/worker/test-worker.ts', import.meta.url);
const clock = createFakeClock();
const options = { script, size: 1, timeoutMs: 1_000, idleMs: 10 };
const pool = createWorkerPool(clock, options);

function never(): AbortSignal {
  return new AbortController().signal;
}

function late(): Error {
  return new Error('late');
}

async function echo(line: WorkerLine, say: string): Promise<unknown> {
  line.send({ say });
  return line.receive();
}

function run<T>(talk: (line: WorkerLine) => Promise<T>, signal = never()): Promise<T> {
  return pool.run({ talk, signal, whenLate: late });
}

afterAll(() => clock.advance(1_000));

describe('a pool of workers', () => {
  it('talks with a worker, and with the same one again', async () => {
    const lines: WorkerLine[] = [];
    for (const word of ['one', 'two']) {
      const answer = await run(async (line) => {
        lines.push(line);
        return echo(line, word);
      });
      expect(answer).toEqual({ echo: word });
    }
    expect(lines[0]).toBe(lines[1]);
  });

  it('makes conversations wait for a free worker', async () => {
    const order: string[] = [];
    const gate = Promise.withResolvers<void>();
    const first = run(async () => {
      await gate.promise;
      order.push('first');
    });
    const second = run(async (line) => {
      await echo(line, 'x');
      order.push('second');
    });
    gate.resolve();
    await Promise.all([first, second]);
    expect(order).toEqual(['first', 'second']);
  });

  it.each(['exit', 'throw'])('fails when the worker dies: %s', async (say) => {
    const action = run((line) => echo(line, say));
    const error = await expectCode(action, 'MAYFLY_INTERNAL_BUG');
    expect(error.message).toContain('a worker thread');
    expect(await run((line) => echo(line, 'next'))).toEqual({ echo: 'next' });
  });

  it('ends a worker that takes too long, and goes on with another', async () => {
    const started = Promise.withResolvers<void>();
    const action = run((line) => {
      const answer = echo(line, 'silence');
      started.resolve();
      return answer;
    });
    await started.promise;
    await clock.advance(1_001);
    await expect(action).rejects.toThrow('late');
    expect(await run((line) => echo(line, 'next'))).toEqual({ echo: 'next' });
  });

  it('ends a worker whose conversation is aborted', async () => {
    const controller = new AbortController();
    const started = Promise.withResolvers<void>();
    const action = run((line) => {
      started.resolve();
      return echo(line, 'silence');
    }, controller.signal);
    await started.promise;
    controller.abort(new Error('enough'));
    await expect(action).rejects.toThrow('enough');
  });

  it('starts nothing for a conversation that was aborted before its turn', async () => {
    const action = run(() => Promise.resolve('ran'), AbortSignal.abort(new Error('before')));
    await expect(action).rejects.toThrow('before');
  });

  it('gives up a worker that has been idle', async () => {
    let idle: WorkerLine | undefined;
    const own: WorkerPool = createWorkerPool(clock, options);
    const talk = async (line: WorkerLine): Promise<unknown> => {
      idle = line;
      return echo(line, 'x');
    };
    await own.run({ talk, signal: never(), whenLate: late });
    await clock.advance(11);
    await expectCode(idle?.failed ?? Promise.resolve(), 'MAYFLY_INTERNAL_BUG');
  });
});

describe('a line to a worker', () => {
  it('hands out messages in order, whoever comes first', async () => {
    const inbox = createInbox();
    inbox.put(1);
    inbox.put(2);
    expect(await inbox.take()).toBe(1);
    expect(await inbox.take()).toBe(2);
    const asked = inbox.take();
    inbox.put(3);
    expect(await asked).toBe(3);
  });

  it('does not keep the process alive when it is told so', async () => {
    const line = createWorkerLine(new Worker(script));
    line.keepAlive(true);
    line.keepAlive(false);
    await line.end();
    await expectCode(line.failed, 'MAYFLY_INTERNAL_BUG');
  });
});

it('the system clock serves a pool as well', async () => {
  const own = createWorkerPool(createSystemClock(), { ...options, idleMs: 1 });
  const talk = (line: WorkerLine): Promise<unknown> => echo(line, 'x');
  expect(await own.run({ talk, signal: never(), whenLate: late })).toEqual({ echo: 'x' });
});
