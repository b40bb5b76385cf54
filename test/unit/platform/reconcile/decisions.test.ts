import { describe, expect, it } from '@jest/globals';
import { createError } from '#core/errors/mayfly-error.ts';
import type { Outcome } from '#core/ports/outcome.ts';
import { decideVerdict, nameFailure, type Attempt } from '#platform/reconcile/attempt.ts';
import { decideBackoffMs, defaultBackoff } from '#platform/reconcile/backoff.ts';
import { createEventLimit } from '#platform/reconcile/event-limit.ts';
import { decideRequeue } from '#platform/reconcile/requeue.ts';
import { createFakeClock } from '#test/support/fake-clock.ts';
import { createFakeRandom } from '#test/support/fake-random.ts';

const random = { ...createFakeRandom(), fraction: () => 0.5 };
const unavailable = createError('MAYFLY_STREAM_BROKEN', { what: 'x' });
const conflict = createError('MAYFLY_FOLDER_IN_USE', { path: 'x' });
const invalid = createError('MAYFLY_FILE_MISSING', { path: 'a/b' });
const note = { reason: 'Applied', message: 'done', changed: false };

function failed(error: typeof invalid): Attempt {
  return { kind: 'failed', error };
}

function ended(outcome: Outcome): Attempt {
  return { kind: 'ended', outcome };
}

describe('backing off', () => {
  it('doubles up to the cap, in the upper half of each step', () => {
    const delays = [1, 2, 3, 20, 1000].map((count) =>
      decideBackoffMs(defaultBackoff, { count }, random),
    );
    expect(delays).toEqual([750, 1500, 3000, 225_000, 225_000]);
  });

  it('never comes back before the other side asked, up to a cap', () => {
    const asked = decideBackoffMs(defaultBackoff, { count: 1, askedMs: 30_000 }, random);
    expect(asked).toBe(31_500);
    const tooLong = decideBackoffMs(defaultBackoff, { count: 1, askedMs: 1e12 }, random);
    expect(tooLong).toBe(3_780_000);
    expect(decideBackoffMs(defaultBackoff, { count: 1, askedMs: -5 }, random)).toBe(750);
  });
});

describe('when an object is looked at again', () => {
  const options = { backoff: defaultBackoff, resyncMs: 600_000, random };

  it.each<[string, Attempt, number, unknown]>([
    ['done', ended({ kind: 'done', note }), 0, { afterMs: 540_000, priority: 'later' }],
    ['again', ended({ kind: 'again', afterMs: 7, note }), 0, { afterMs: 7, priority: 'soon' }],
    ['waiting', ended({ kind: 'waiting', afterMs: 7 }), 0, { afterMs: 7, priority: 'soon' }],
    ['gone', ended({ kind: 'gone' }), 0, null],
    [
      'refused for a time',
      ended({ kind: 'refused', code: 'MAYFLY_FILE_MISSING', message: 'm', afterMs: 9 }),
      0,
      { afterMs: 9, priority: 'later' },
    ],
    [
      'refused',
      ended({ kind: 'refused', code: 'MAYFLY_FILE_MISSING', message: 'm' }),
      0,
      { afterMs: 540_000, priority: 'later' },
    ],
    ['invalid', failed(invalid), 1, { afterMs: 540_000, priority: 'later' }],
    ['unavailable', failed(unavailable), 3, { afterMs: 3000, priority: 'later' }],
    ['a conflict', failed(conflict), 1, { afterMs: 38, priority: 'soon' }],
    ['the sixth conflict', failed(conflict), 6, { afterMs: 24_000, priority: 'later' }],
  ])('is decided after %s', (...row) => {
    const [, attempt, failures, expected] = row;
    expect(decideRequeue(attempt, failures, options)).toEqual(expected);
  });
});

describe('what an attempt says about the conditions', () => {
  it.each<[string, Attempt, unknown]>([
    ['done', ended({ kind: 'done', note }), { ready: 'True', reconciling: false, stalled: false }],
    [
      'done but unknown',
      ended({ kind: 'done', note: { ...note, ready: 'Unknown' } }),
      { ready: 'Unknown', reconciling: true, stalled: false },
    ],
    [
      'refused',
      ended({ kind: 'refused', code: 'MAYFLY_FILE_UNSAFE_PATH', message: 'no' }),
      { ready: 'False', stalled: true, reconciling: false, reason: 'FileUnsafePath' },
    ],
    [
      'invalid',
      failed(invalid),
      {
        ready: 'False',
        stalled: true,
        reason: 'FileMissing',
        message: 'there is no file a/b; create it, or correct the path in the configuration',
      },
    ],
    [
      'unavailable',
      failed(unavailable),
      { ready: 'Unknown', stalled: false, reconciling: true, message: unavailable.message },
    ],
  ])('is decided after %s', (_, attempt, expected) => {
    expect(decideVerdict(attempt)).toMatchObject(expected as object);
  });

  it('is nothing while waiting and when gone', () => {
    expect(decideVerdict(ended({ kind: 'waiting', afterMs: 1 }))).toBeNull();
    expect(decideVerdict(ended({ kind: 'gone' }))).toBeNull();
  });
});

describe('naming a failure', () => {
  it('keeps our own, takes the reason of an abort, and calls the rest a bug', () => {
    const aborted = AbortSignal.abort(unavailable);
    expect(nameFailure(invalid, aborted, 'x')).toBe(invalid);
    expect(nameFailure(new Error('hunter2'), aborted, 'x')).toBe(unavailable);
    const bug = nameFailure(new Error('hunter2'), null, 'x');
    expect(bug.code).toBe('MAYFLY_INTERNAL_BUG');
    expect(bug.message).not.toContain('hunter2');
  });
});

describe('limiting events', () => {
  const about = { kind: 'GitSource', namespace: 'n', name: 'a' } as const;
  const event = { about, type: 'Warning', reason: 'Failed', message: 'm' } as const;

  it('lets one of a reason through in five minutes and counts the others', async () => {
    const clock = createFakeClock();
    const limit = createEventLimit(clock);
    expect(limit.admit(event)).toEqual(event);
    await clock.advance(299_999);
    expect(limit.admit(event)).toBeNull();
    expect(limit.admit({ ...event, reason: 'Other' })).not.toBeNull();
    expect(limit.admit({ ...event, about: { ...about, name: 'b' } })).not.toBeNull();
    await clock.advance(1);
    expect(limit.admit(event)?.message).toBe('m (and 1 times before)');
  });

  it('is not silenced by a clock that jumped back, and forgets the oldest', () => {
    const clock = createFakeClock();
    const limit = createEventLimit(clock);
    limit.admit(event);
    clock.jumpTo(0);
    expect(limit.admit(event)).not.toBeNull();
    for (let index = 0; index < 10_000; index += 1) {
      limit.admit({ ...event, reason: String(index) });
    }
    expect(limit.admit(event)).not.toBeNull();
  });
});
