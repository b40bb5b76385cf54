import { describe, expect, it } from '@jest/globals';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createError } from '#core/errors/mayfly-error.ts';
import { createLifecycle, type Lifecycle } from '#platform/lifecycle/create-lifecycle.ts';
import type { Host } from '#platform/lifecycle/host.ts';
import { createFakeClock, settle, type FakeClock } from '#test/support/fake-clock.ts';
import { createMemoryLogger, type LogLine } from '#test/support/memory/memory-logger.ts';

interface Setup {
  readonly lifecycle: Lifecycle;
  readonly clock: FakeClock;
  readonly lines: LogLine[];
  readonly exits: number[];
  signal(name: NodeJS.Signals): void;
  throwUncaught(error: unknown): void;
}

function setUp(): Setup {
  const clock = createFakeClock();
  const logger = createMemoryLogger();
  const exits: number[] = [];
  const signals: ((signal: NodeJS.Signals) => void)[] = [];
  const uncaught: ((error: unknown) => void)[] = [];
  const host: Host = {
    onStopSignal: (callback) => signals.push(callback),
    onUncaught: (callback) => uncaught.push(callback),
    keepAlive: () => undefined,
    exit: (code) => exits.push(code),
  };
  const lifecycle = createLifecycle({ host, logger, clock }, { deadlineMs: 10_000 });
  return {
    lifecycle,
    clock,
    lines: logger.lines,
    exits,
    signal: (name) => signals.forEach((callback) => callback(name)),
    throwUncaught: (error) => uncaught.forEach((callback) => callback(error)),
  };
}

describe('the life of a program', () => {
  it('ends in order at the first signal: last started, first stopped', async () => {
    const setup = setUp();
    const stopped: string[] = [];
    setup.lifecycle.started('first', () => void stopped.push('first'));
    setup.lifecycle.started('second', async () => {
      await settle();
      stopped.push('second');
    });
    setup.signal('SIGTERM');
    expect(setup.lifecycle.stopping.aborted).toBe(true);
    await setup.clock.advance(0);
    await settle();
    expect(stopped).toEqual(['second', 'first']);
    expect(setup.exits).toEqual([0]);
    expect(setup.clock.pending).toBe(0);
    expect(setup.lines).toMatchObject([{ message: 'stopping', fields: { signal: 'SIGTERM' } }]);
  });

  it('exits at once at the second signal', () => {
    const setup = setUp();
    setup.lifecycle.started('stuck', () => new Promise(() => undefined));
    setup.signal('SIGINT');
    setup.signal('SIGINT');
    expect(setup.exits).toEqual([130]);
  });

  it('does not wait beyond the deadline, and says for what it waited', async () => {
    const setup = setUp();
    const told: boolean[] = [];
    setup.lifecycle.started('early', (deadline) => void told.push(deadline.aborted));
    setup.lifecycle.started('stuck', () => new Promise(() => undefined));
    const end = setup.lifecycle.shutDown();
    await setup.clock.advance(9_999);
    expect(setup.exits).toEqual([]);
    await setup.clock.advance(1);
    await end;
    expect(setup.exits).toEqual([1]);
    expect(told).toEqual([true]);
    expect(setup.lines[0]).toMatchObject({
      message: 'not stopped in time',
      fields: { name: 'stuck' },
    });
  });

  it('goes on stopping when one part cannot be stopped', async () => {
    const setup = setUp();
    const stopped: string[] = [];
    setup.lifecycle.started('good', () => void stopped.push('good'));
    setup.lifecycle.started('bad', () => {
      throw new Error('hunter2');
    });
    await setup.lifecycle.shutDown();
    await setup.lifecycle.shutDown();
    expect(stopped).toEqual(['good']);
    expect(setup.exits).toEqual([0]);
    expect(setup.lines).toMatchObject([{ level: 'error', fields: { name: 'bad' } }]);
  });

  it('ends with the exit code of a failure', async () => {
    const setup = setUp();
    await setup.lifecycle.fail(createError('MAYFLY_FOLDER_IN_USE', { path: '/x' }));
    const other = setUp();
    await other.lifecycle.fail(new Error('x'));
    expect([setup.exits, other.exits]).toEqual([[75], [70]]);
  });

  it('exits with 70 on an error that nobody caught', () => {
    const setup = setUp();
    setup.throwUncaught(new Error('hunter2'));
    expect(setup.exits).toEqual([70]);
    expect(setup.lines).toMatchObject([{ level: 'error' }]);
  });
});

/** A program of its own: what a host does cannot be seen from inside a test. */
function runProgram(body: string): ReturnType<typeof spawn> {
  const src = new URL('../../../../src/', import.meta.url).href;
  const program = `
    import { createHost } from '${src}platform/lifecycle/host.ts';
    import { createLifecycle } from '${src}platform/lifecycle/create-lifecycle.ts';
    import { createSystemClock } from '${src}platform/time/system-clock.ts';
    const write = (message) => process.stdout.write(message + '\\n');
    const logger = { debug: write, info: write, warn: write, error: write };
    const parts = { host: createHost(), logger, clock: createSystemClock() };
    const lifecycle = createLifecycle(parts, { deadlineMs: 5000 });
    ${body}
    write('up');`;
  return spawn(process.execPath, ['--input-type=module', '-e', program]);
}

async function endOf(child: ReturnType<typeof spawn>): Promise<{ code: unknown; out: string }> {
  const chunks: Buffer[] = [];
  child.stdout?.on('data', (chunk: Buffer) => chunks.push(chunk));
  child.stderr?.on('data', (chunk: Buffer) => chunks.push(chunk));
  const [code] = (await once(child, 'close')) as unknown[];
  return { code, out: Buffer.concat(chunks).toString() };
}

describe('a real process', () => {
  it('lives while it only waits, ignores the debugger signal, and stops on SIGTERM', async () => {
    const child = runProgram(`lifecycle.started('part', () => write('part stopped'));`);
    try {
      await once(child.stdout ?? child, 'data');
      const end = endOf(child);
      child.kill('SIGUSR1');
      child.kill('SIGTERM');
      expect(await end).toEqual({ code: 0, out: 'stopping\npart stopped\n' });
    } finally {
      child.kill('SIGKILL');
    }
  });

  it.each([
    ['a rejection', `setImmediate(() => Promise.reject(new Error('hunter2')));`],
    ['an exception', `setImmediate(() => { throw new Error('hunter2'); });`],
  ])('exits with 70 on %s that nobody caught, without its text', async (_, body) => {
    const { code, out } = await endOf(runProgram(body));
    expect(code).toBe(70);
    expect(out).toBe('up\nan error that nobody caught\n');
  });
});
