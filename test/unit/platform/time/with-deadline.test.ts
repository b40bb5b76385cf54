import { expect, it } from '@jest/globals';
import { withDeadline } from '#platform/time/with-deadline.ts';
import { createFakeClock } from '#test/support/fake-clock.ts';

const { signal } = new AbortController();

it('work has its time, and the whole of it again whenever it asks', async () => {
  const clock = createFakeClock();
  const seen: boolean[] = [];
  const reason = (): Error => new Error('over');
  const working = withDeadline({ clock, ms: 1000, signal, reason }, async (own, again) => {
    await clock.advance(900);
    again();
    await clock.advance(900);
    seen.push(own.aborted);
    await clock.advance(100);
    seen.push(own.aborted);
    throw own.reason;
  });
  await expect(working).rejects.toThrow('over');
  expect(seen).toEqual([false, true]);
  expect(clock.pending).toBe(0);
});

it('work ends with the outer signal', async () => {
  const clock = createFakeClock();
  const outer = new AbortController();
  const reason = (): Error => new Error('over');
  const deadline = { clock, ms: 1000, signal: outer.signal, reason };
  const working = withDeadline(deadline, async (own) => {
    outer.abort(new Error('stopped'));
    own.throwIfAborted();
    await Promise.resolve();
  });
  await expect(working).rejects.toThrow('stopped');
  expect(clock.pending).toBe(0);
});
