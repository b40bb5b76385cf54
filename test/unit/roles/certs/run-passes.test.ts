import { describe, expect, it } from '@jest/globals';
import { createError } from '#core/errors/mayfly-error.ts';
import { createAlarm, type Alarm } from '#roles/certs/alarm.ts';
import type { PassResult } from '#roles/certs/compose.ts';
import { runPasses } from '#roles/certs/run-passes.ts';
import { createFakeClock, settle, type FakeClock } from '#test/support/fake-clock.ts';
import { createFakeRandom } from '#test/support/fake-random.ts';
import { createMemoryLogger } from '#test/support/memory/memory-logger.ts';

const aMinute = 60_000;

interface Passes {
  readonly clock: FakeClock;
  readonly alarm: Alarm;
  /** When each pass began, in ms since the start. */
  readonly at: number[];
  readonly lines: ReturnType<typeof createMemoryLogger>['lines'];
  readonly stop: AbortController;
  readonly ended: Promise<void>;
}

function start(answer: (pass: number, now: number) => PassResult | Error): Passes {
  const clock = createFakeClock();
  const begin = clock.now();
  const alarm = createAlarm();
  const logger = createMemoryLogger();
  const at: number[] = [];
  const stop = new AbortController();
  const pass = async (): Promise<PassResult> => {
    at.push(clock.now() - begin);
    const told = answer(at.length, clock.now());
    if (told instanceof Error) throw told;
    return told;
  };
  const parts = { pass, now: () => clock.now(), clock, random: createFakeRandom(), logger, alarm };
  const ended = runPasses({ ...parts, onTold: () => undefined }, stop.signal);
  return { clock, alarm, at, lines: logger.lines, stop, ended };
}

function restUntil(nextAt: number, problems: PassResult['problems'] = []): PassResult {
  return { nextAt, problems, ends: [] };
}

describe('passes', () => {
  it('come when one is due, at the latest after ten minutes', async () => {
    const { clock, at } = start((pass, now) => restUntil(now + (pass === 1 ? 5 : 100) * aMinute));
    await clock.advance(26 * aMinute);
    expect(at).toEqual([0, 5 * aMinute, 15 * aMinute, 25 * aMinute]);
  });

  it('come when the alarm rings, and not more than one a second', async () => {
    const { clock, at, alarm } = start((_, now) => restUntil(now + 100 * aMinute));
    await clock.advance(aMinute);
    alarm.ring();
    await settle();
    for (let time = 0; time < 20; time += 1) {
      alarm.ring();
      await clock.advance(100);
    }
    expect(at).toEqual([0, aMinute, aMinute + 1000, aMinute + 2000]);
  });

  it('come again after a failure, later each time, and as late as the server asks', async () => {
    const what = { what: 'it', reason: 'down' };
    const { clock, at, lines } = start((pass, now) => {
      if (pass < 9) return createError('MAYFLY_KUBE_UNAVAILABLE', what);
      if (pass > 9) return restUntil(now + aMinute);
      return createError('MAYFLY_KUBE_THROTTLED', what, { retryAfterMs: 5 * aMinute });
    });
    await clock.advance(20 * aMinute);
    const gaps = at.slice(1, 10).map((time, index) => time - (at[index] ?? 0));
    expect(gaps[0]).toBeLessThanOrEqual(1000);
    expect(gaps.slice(0, 5)).toEqual(gaps.slice(0, 5).toSorted((a, b) => a - b));
    expect(Math.max(...gaps.slice(0, 8))).toBeLessThanOrEqual(aMinute);
    expect(gaps[8]).toBeGreaterThanOrEqual(5 * aMinute);
    expect(lines.filter(({ level }) => level === 'warn')).toHaveLength(9);
  });

  it('tell of each problem once for as long as it lasts, and look again within a minute', async () => {
    const problem = createError('MAYFLY_CERTS_WEBHOOK_MISSING', { webhook: 'it' });
    const { clock, at, lines } = start((pass, now) =>
      restUntil(now + 100 * aMinute, pass < 4 ? [problem] : []),
    );
    await clock.advance(5 * aMinute);
    expect(at.slice(0, 4)).toEqual([0, aMinute, 2 * aMinute, 3 * aMinute]);
    expect(lines.map(({ level }) => level)).toEqual(['warn', 'info']);
  });

  it('that never end are given up after a minute', async () => {
    const clock = createFakeClock();
    const logger = createMemoryLogger();
    const parts = { clock, random: createFakeRandom(), logger, alarm: createAlarm() };
    const pass = (signal: AbortSignal): Promise<PassResult> =>
      new Promise((_, reject) => {
        signal.addEventListener('abort', () => reject(signal.reason as Error));
      });
    const stop = new AbortController();
    const now = (): number => clock.now();
    const ended = runPasses({ ...parts, pass, now, onTold: () => undefined }, stop.signal);
    await clock.advance(aMinute);
    expect(logger.lines[0]?.fields.error).toHaveProperty('code', 'MAYFLY_RECONCILE_TIMEOUT');
    stop.abort();
    await ended;
  });

  it('end when they are told to', async () => {
    const { clock, at, stop, ended } = start((_, now) => restUntil(now + aMinute));
    await clock.advance(10);
    stop.abort();
    await ended;
    await clock.advance(10 * aMinute);
    expect(at).toEqual([0]);
  });
});
