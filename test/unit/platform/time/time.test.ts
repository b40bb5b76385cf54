import { describe, expect, it } from '@jest/globals';
import { createSystemClock } from '#platform/time/system-clock.ts';
import { createSystemRandom } from '#platform/time/system-random.ts';
import { createFakeClock } from '#test/support/fake-clock.ts';
import { createFakeRandom } from '#test/support/fake-random.ts';

describe('the system clock', () => {
  it('tells the time of this machine', () => {
    expect(Math.abs(createSystemClock().now() - Date.now())).toBeLessThan(1000);
  });

  it('calls back after the delay', async () => {
    await new Promise<void>((resolve) => {
      createSystemClock().after(1, resolve);
      setTimeout(resolve, 5000).unref();
      setImmediate(() => undefined);
      const keepAlive = setTimeout(() => undefined, 100);
      keepAlive.ref();
    });
  });

  it('does not fire a delay that is too long for a timer of Node, and cancels it', async () => {
    let fired = false;
    const cancel = createSystemClock().after(2 ** 40, () => {
      fired = true;
    });
    await new Promise((resolve) => setTimeout(resolve, 10));
    cancel();
    expect(fired).toBe(false);
  });
});

describe('system randomness', () => {
  it('gives bytes, fractions and UUIDs', () => {
    const random = createSystemRandom();
    expect(random.bytes(16)).toHaveLength(16);
    expect(random.bytes(16)).not.toEqual(random.bytes(16));
    expect(random.fraction()).toBeGreaterThanOrEqual(0);
    expect(random.fraction()).toBeLessThan(1);
    expect(random.uuid()).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-/u);
  });
});

describe('the fake clock', () => {
  it('fires what is due in order and lets promises settle in between', async () => {
    const clock = createFakeClock(0);
    const seen: string[] = [];
    clock.after(20, () => seen.push(`b at ${String(clock.now())}`));
    clock.after(10, () => {
      seen.push(`a at ${String(clock.now())}`);
      void Promise.resolve().then(() => clock.after(5, () => seen.push('c')));
    });
    const cancel = clock.after(12, () => seen.push('cancelled'));
    cancel();
    await clock.advance(19);
    expect(seen).toEqual(['a at 10', 'c']);
    await clock.advance(1);
    expect(seen).toEqual(['a at 10', 'c', 'b at 20']);
    expect(clock.pending).toBe(0);
  });

  it('jumps without firing', async () => {
    const clock = createFakeClock(0);
    let fired = 0;
    clock.after(10, () => (fired += 1));
    clock.jumpTo(1_000_000);
    expect([clock.now(), fired]).toEqual([1_000_000, 0]);
    await clock.advance(10);
    expect([clock.now(), fired]).toEqual([1_000_010, 1]);
  });
});

function row(seed: number): number[] {
  const random = createFakeRandom(seed);
  return [random.fraction(), random.fraction(), ...random.bytes(4)];
}

describe('fake randomness', () => {
  it('repeats itself for the same seed only', () => {
    expect(row(7)).toEqual(row(7));
    expect(row(7)).not.toEqual(row(8));
    expect(createFakeRandom().uuid()).toMatch(/^[0-9a-f-]{36}$/u);
  });
});
