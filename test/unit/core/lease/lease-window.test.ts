import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { clampTtl } from '#core/lease/clamp-ttl.ts';
import { isDue, isExpired, openWindow, renewAt } from '#core/lease/lease-window.ts';

const instant = fc.integer({ min: 0, max: 4e12 });
const ttl = fc.integer({ min: 1, max: 1e10 });

describe('a lease', () => {
  it('is to be renewed before it ends, and not before it begins', () => {
    fc.assert(
      fc.property(instant, ttl, (now, ttlMs) => {
        const window = openWindow(now, ttlMs);
        expect(renewAt(window)).toBeLessThan(window.expiresAt);
        expect(renewAt(window)).toBeGreaterThanOrEqual(window.issuedAt);
      }),
    );
  });

  it('is over at its end and not a millisecond earlier', () => {
    fc.assert(
      fc.property(instant, ttl, (now, ttlMs) => {
        const window = openWindow(now, ttlMs);
        expect(isExpired(window, window.expiresAt - 1)).toBe(false);
        expect(isExpired(window, window.expiresAt)).toBe(true);
      }),
    );
  });

  it('is due after two thirds', () => {
    const window = openWindow(0, 60_000);
    expect(renewAt(window)).toBe(40_000);
    expect(isDue(window, 60_000, 39_999)).toBe(false);
    expect(isDue(window, 60_000, 40_000)).toBe(true);
  });

  it('is due at once when it is longer than is now allowed', () => {
    expect(isDue(openWindow(0, 60_000), 30_000, 0)).toBe(true);
  });
});

describe('a time to live', () => {
  const bounds = { minTtlMs: 60_000, maxTtlMs: 86_400_000 };

  it.each([
    [5_000, 60_000],
    [60_000, 60_000],
    [3_600_000, 3_600_000],
    [1e9, 86_400_000],
  ])('of %d ms counts as %d ms', (asked, counts) => {
    expect(clampTtl(asked, bounds)).toBe(counts);
  });
});
