import { describe, expect, it } from '@jest/globals';
import { createError } from '#core/errors/mayfly-error.ts';
import type { Outcome } from '#core/ports/outcome.ts';
import { settle } from '#test/support/fake-clock.ts';
import { a, b, done, down, setUp } from './loop-setup.ts';

describe('the reconcile loop', () => {
  it('tells of a change once: status, event, log line and metric', async () => {
    const observed = { generation: 4, annotations: {} };
    const setup = setUp((_, context) => {
      context.observe(observed);
      return Promise.resolve(done(true, { revision: 'abc' }));
    });
    setup.loop.add(a);
    await settle();
    expect(setup.reports).toEqual([
      {
        ref: { kind: 'GitSource', ...a },
        observed,
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
    expect(setup.welcomes).toEqual(['a']);
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
