import { describe, expect, it } from '@jest/globals';
import { createServerClock } from '#platform/time/server-clock.ts';
import { createFakeClock } from '#test/support/fake-clock.ts';

describe('the clock of the server', () => {
  it('tells its time and measures delays by ours', async () => {
    const local = createFakeClock(0);
    const server = { now: () => local.now() + 5_000, skewMs: () => 5_000 };
    const clock = createServerClock(local, server);
    expect(clock.now()).toBe(5_000);
    const rung: number[] = [];
    clock.after(1_000, () => rung.push(clock.now()));
    const cancel = clock.after(2_000, () => rung.push(0));
    cancel();
    await local.advance(3_000);
    expect(rung).toEqual([6_000]);
  });
});
