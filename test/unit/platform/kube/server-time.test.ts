import { describe, expect, it } from '@jest/globals';
import { createServerTime } from '#platform/kube/server-time.ts';
import { createFakeClock, type FakeClock } from '#test/support/fake-clock.ts';

describe('the time of the API server', () => {
  it('is ours, and nothing is known of it, before the first answer', () => {
    const clock = createFakeClock();
    const time = createServerTime(clock);
    time.learn(undefined, { sentAt: 0, answeredAt: 0 });
    time.learn('yesterday', { sentAt: 0, answeredAt: 0 });
    expect(time.skewMs()).toBeNull();
    expect(time.now()).toBe(clock.now());
  });

  it('is known to half a second after one answer, and better after more', async () => {
    const clock = createFakeClock();
    const time = createServerTime(clock);
    const aheadMs = 90_250;
    learn(clock, time, aheadMs);
    expect(Math.abs((time.skewMs() ?? 0) - aheadMs)).toBeLessThanOrEqual(500);
    for (let answers = 0; answers < 20; answers += 1) {
      await clock.advance(1130);
      learn(clock, time, aheadMs);
    }
    expect(Math.abs((time.skewMs() ?? 0) - aheadMs)).toBeLessThanOrEqual(100);
    expect(time.now()).toBeCloseTo(clock.now() + (time.skewMs() ?? 0), 0);
  });

  it('is never half a second too late by a slow answer', async () => {
    const clock = createFakeClock();
    const time = createServerTime(clock);
    const sentAt = clock.ticks();
    const stamp = new Date(clock.now()).toUTCString();
    await clock.advance(20_000);
    time.learn(stamp, { sentAt, answeredAt: clock.ticks() });
    expect(time.now()).toBeLessThanOrEqual(clock.now() + 500);
  });

  it('goes on when somebody sets our clock', async () => {
    const clock = createFakeClock();
    const time = createServerTime(clock);
    learn(clock, time, 0);
    const before = time.now();
    clock.jumpTo(clock.now() + 3_600_000);
    await clock.advance(1000);
    expect(time.now()).toBe(before + 1000);
    expect(time.skewMs()).toBeLessThan(-3_599_000);
  });

  it('is learned anew when somebody sets the clock of the server', async () => {
    const clock = createFakeClock();
    const time = createServerTime(clock);
    learn(clock, time, 0);
    await clock.advance(60_000);
    learn(clock, time, 3_600_000);
    expect(Math.abs((time.skewMs() ?? 0) - 3_600_000)).toBeLessThanOrEqual(500);
  });

  it('follows a clock that goes faster than ours', async () => {
    const clock = createFakeClock();
    const time = createServerTime(clock);
    let aheadMs = 0;
    for (let minutes = 0; minutes < 600; minutes += 1) {
      await clock.advance(60_000);
      aheadMs += 6;
      learn(clock, time, aheadMs);
    }
    expect(Math.abs((time.skewMs() ?? 0) - aheadMs)).toBeLessThanOrEqual(600);
  });
});

function learn(clock: FakeClock, time: ReturnType<typeof createServerTime>, aheadMs: number): void {
  const ticks = clock.ticks();
  const date = new Date(clock.now() + aheadMs).toUTCString();
  time.learn(date, { sentAt: ticks, answeredAt: ticks });
}
