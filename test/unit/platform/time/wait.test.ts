import { describe, expect, it } from '@jest/globals';
import { wait } from '#platform/time/wait.ts';
import { orAborted, withDeadline } from '#platform/time/with-deadline.ts';
import { createFakeClock } from '#test/support/fake-clock.ts';

const over = new Error('over');

describe('a wait', () => {
  it('ends when its time has come', async () => {
    const clock = createFakeClock();
    const waiting = wait(clock, 1000, new AbortController().signal);
    await clock.advance(1000);
    await expect(waiting).resolves.toBeUndefined();
  });

  it('ends with the signal and leaves no timer', async () => {
    const clock = createFakeClock();
    const ending = new AbortController();
    const waiting = wait(clock, 1000, ending.signal);
    ending.abort(over);
    await expect(waiting).rejects.toBe(over);
    await expect(wait(clock, 1000, ending.signal)).rejects.toBe(over);
    expect(clock.pending).toBe(0);
  });
});

describe('work with a deadline', () => {
  it('is aborted when its time is over', async () => {
    const clock = createFakeClock();
    const { signal } = new AbortController();
    const deadline = { clock, ms: 1000, signal, reason: () => over };
    const work = withDeadline(deadline, (own) => orAborted(new Promise(() => undefined), own));
    await Promise.all([expect(work).rejects.toBe(over), clock.advance(1000)]);
  });

  it('is aborted with the signal around it, and leaves no timer when it is done', async () => {
    const clock = createFakeClock();
    const ending = new AbortController();
    const deadline = { clock, ms: 1000, signal: ending.signal, reason: () => new Error('late') };
    expect(await withDeadline(deadline, async () => 'done')).toBe('done');
    const work = withDeadline(deadline, (own) => orAborted(new Promise(() => undefined), own));
    ending.abort(over);
    await expect(work).rejects.toBe(over);
    await expect(withDeadline(deadline, async () => 'done')).rejects.toBe(over);
    expect(clock.pending).toBe(0);
  });
});
