import { describe, expect, it } from '@jest/globals';
import { createError } from '#core/errors/mayfly-error.ts';
import type { ObjectRef } from '#core/api/object.ts';
import type { ObjectEvent } from '#core/ports/object-api.ts';
import type { Outcome } from '#core/ports/outcome.ts';
import { createReconcileLoop, type ReconcileLoop } from '#platform/reconcile/reconcile-loop.ts';
import type { Reconcile } from '#platform/reconcile/run-attempt.ts';
import type { StatusReport } from '#platform/reconcile/settle-attempt.ts';
import { createFakeClock, settle, type FakeClock } from '#test/support/fake-clock.ts';
import { createFakeRandom } from '#test/support/fake-random.ts';
import { createMemoryLogger, type LogLine } from '#test/support/memory-logger.ts';

interface Setup {
  readonly loop: ReconcileLoop;
  readonly clock: FakeClock;
  readonly events: ObjectEvent[];
  readonly reports: (StatusReport & { readonly ref: ObjectRef })[];
  readonly results: string[];
  readonly lines: LogLine[];
}

interface SetupOptions {
  readonly concurrency?: number;
  report?(): Promise<void>;
  recordEvent?(): Promise<void>;
}

function setUp(reconcile: Reconcile, options: SetupOptions = {}): Setup {
  const clock = createFakeClock();
  const logger = createMemoryLogger();
  const events: ObjectEvent[] = [];
  const reports: Setup['reports'] = [];
  const results: string[] = [];
  const loop = createReconcileLoop(
    {
      clock,
      random: createFakeRandom(),
      logger,
      metrics: { observeReconcile: (_, result) => void results.push(result) },
      report: async (ref, report) => {
        reports.push({ ref, ...report });
        await options.report?.();
      },
      recordEvent: async (event) => {
        events.push(event);
        await options.recordEvent?.();
      },
    },
    {
      controller: 'test',
      kind: 'GitSource',
      reconcile,
      concurrency: options.concurrency ?? 1,
      timeoutMs: 60_000,
      resyncMs: 600_000,
    },
  );
  loop.start();
  return { loop, clock, events, reports, results, lines: logger.lines };
}

const a = { namespace: 'n', name: 'a' };
const b = { namespace: 'n', name: 'b' };

function done(changed: boolean, status?: object): Outcome {
  const note = { reason: 'Applied', message: '1 Secret written', changed };
  return status === undefined ? { kind: 'done', note } : { kind: 'done', note, status };
}

function never(): Promise<Outcome> {
  return new Promise(() => undefined);
}

const down = createError('MAYFLY_STREAM_BROKEN', { what: 'the answer' });

describe('the reconcile loop', () => {
  it('tells of a change once: status, event, log line and metric', async () => {
    const setup = setUp((_, context) => {
      context.observe(4);
      return Promise.resolve(done(true, { revision: 'abc' }));
    });
    setup.loop.add(a);
    await settle();
    expect(setup.reports).toEqual([
      {
        ref: { kind: 'GitSource', ...a },
        generation: 4,
        status: { revision: 'abc' },
        verdict: {
          ready: 'True',
          reconciling: false,
          stalled: false,
          reason: 'Applied',
          message: '1 Secret written',
        },
      },
    ]);
    expect(setup.events).toMatchObject([{ type: 'Normal', reason: 'Applied' }]);
    expect(setup.lines).toMatchObject([{ level: 'info', message: 'reconciled' }]);
    expect(setup.lines[0]?.fields).toMatchObject({ controller: 'test', ...a });
    expect(setup.lines[0]?.fields.reconcileID).toMatch(/^[0-9a-f-]{36}$/u);
    expect(setup.results).toEqual(['done']);
  });

  it('says nothing about a pass that changed nothing, and looks again at the resync', async () => {
    let passes = 0;
    const setup = setUp(() => {
      passes += 1;
      return Promise.resolve(done(false));
    });
    setup.loop.add(a, 'later');
    await settle();
    expect([setup.lines, setup.events]).toEqual([[], []]);
    await setup.clock.advance(600_000);
    expect(passes).toBe(2);
  });

  it('tells of a failure when it begins and when it ends, not at each try', async () => {
    let passes = 0;
    const setup = setUp(() => {
      passes += 1;
      return passes <= 5 ? Promise.reject(down) : Promise.resolve(done(false));
    });
    setup.loop.add(a);
    await setup.clock.advance(60_000);
    expect(passes).toBe(6);
    expect(setup.lines.map(({ level }) => level)).toEqual(['warn', 'info']);
    expect(setup.events.map(({ type }) => type)).toEqual(['Warning', 'Normal']);
    expect(setup.reports.at(0)?.verdict).toMatchObject({ ready: 'Unknown', reconciling: true });
    expect(setup.reports.at(-1)?.verdict).toMatchObject({ ready: 'True', reconciling: false });
  });

  it('contains a panic as a bug and goes on', async () => {
    const setup = setUp((ref) => {
      if (ref.name === 'a') throw new Error('hunter2');
      return Promise.resolve(done(true));
    });
    setup.loop.add(a);
    setup.loop.add(b);
    await settle();
    expect(setup.results).toEqual(['failed', 'done']);
    expect(setup.lines[0]).toMatchObject({ level: 'error' });
    expect(JSON.stringify([setup.lines, setup.events, setup.reports])).not.toContain('hunter2');
  });

  it('stalls on a refusal', async () => {
    const setup = setUp(() =>
      Promise.resolve({
        kind: 'refused',
        code: 'MAYFLY_FILE_UNSAFE_PATH',
        message: 'the path x is refused',
      }),
    );
    setup.loop.add(a);
    await settle();
    expect(setup.reports[0]?.verdict).toMatchObject({ ready: 'False', stalled: true });
    expect(setup.lines).toMatchObject([{ level: 'warn', message: 'reconcile refused' }]);
  });

  it('aborts at the deadline and names it', async () => {
    const setup = setUp(async (_, { signal }) => {
      await new Promise((_resolve, reject) => {
        signal.addEventListener('abort', () => reject(new Error('aborted')));
      });
      return done(true);
    });
    setup.loop.add(a);
    await setup.clock.advance(60_000);
    expect(setup.reports[0]?.verdict.reason).toBe('ReconcileTimeout');
  });

  it('tries a lost race again at once and quietly, but not for ever', async () => {
    const conflict = createError('MAYFLY_FOLDER_IN_USE', { path: 'x' });
    const setup = setUp(() => Promise.reject(conflict));
    setup.loop.add(a);
    await setup.clock.advance(2000);
    expect(setup.results.length).toBeGreaterThan(4);
    expect(setup.lines).toHaveLength(1);
  });

  it('reports nothing while waiting, and forgets what is gone', async () => {
    const outcomes: Outcome[] = [{ kind: 'waiting', afterMs: 1000 }, { kind: 'gone' }];
    const setup = setUp(() => Promise.resolve(outcomes.shift() ?? done(true)));
    setup.loop.add(a);
    await setup.clock.advance(3_600_000);
    expect(setup.results).toEqual(['waiting', 'gone']);
    expect(setup.reports).toEqual([]);
  });
});

describe('the reconcile loop at its edges', () => {
  it('works on several objects at once, but on one object never twice', async () => {
    const running: string[] = [];
    const setup = setUp(
      (ref) => {
        running.push(ref.name);
        return never();
      },
      { concurrency: 2 },
    );
    setup.loop.add(a);
    setup.loop.add(a);
    setup.loop.add(b);
    setup.loop.add({ namespace: 'n', name: 'c' });
    await settle();
    setup.loop.add(a);
    await settle();
    expect(running).toEqual(['a', 'b']);
    expect(setup.loop.depth).toBe(1);
  });

  it('retries when the status cannot be written, and when an event is lost it does not', async () => {
    let isDown = true;
    const setup = setUp(() => Promise.resolve(done(true)), {
      report: () => (isDown ? Promise.reject(down) : Promise.resolve()),
      recordEvent: () => Promise.reject(down),
    });
    setup.loop.add(a);
    await settle();
    isDown = false;
    await setup.clock.advance(1000);
    expect(setup.results).toEqual(['failed', 'done']);
    expect(setup.lines.filter(({ message }) => message === 'status not written')).toHaveLength(1);
    const lost = setup.lines.filter(({ message }) => message === 'an event could not be recorded');
    expect(lost[0]?.level).toBe('debug');
  });

  it('forgets a removed object and takes delayed ones', async () => {
    const seen: string[] = [];
    const setup = setUp((ref) => {
      seen.push(ref.name);
      return Promise.resolve(done(false));
    });
    setup.loop.addAfter(a, 1000);
    setup.loop.addAfter(b, 1000);
    setup.loop.remove(a);
    await setup.clock.advance(1000);
    expect(seen).toEqual(['b']);
  });

  it('drains on stop: what runs may end, what waits is left', async () => {
    const ends: (() => void)[] = [];
    const setup = setUp(() => new Promise((resolve) => ends.push(() => resolve(done(true)))));
    setup.loop.add(a);
    setup.loop.add(b);
    await settle();
    const stop = setup.loop.stop(new AbortController().signal);
    await settle();
    expect(setup.results).toEqual([]);
    ends[0]?.();
    await stop;
    expect(setup.results).toEqual(['done']);
  });

  it('aborts what runs at the deadline of the stop, and reports nothing of it', async () => {
    const reasons: unknown[] = [];
    const setup = setUp(
      async (_, { signal }) => {
        await new Promise<void>((resolve) => {
          signal.addEventListener('abort', () => resolve());
        });
        reasons.push(signal.reason);
        throw new Error('x');
      },
      { concurrency: 2 },
    );
    setup.loop.add(a);
    await settle();
    await setup.loop.stop(AbortSignal.abort());
    expect(reasons).toMatchObject([{ code: 'MAYFLY_RECONCILE_STOPPED' }]);
    expect(setup.reports).toEqual([]);
  });
});
