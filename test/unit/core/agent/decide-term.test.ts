import { describe, expect, it } from '@jest/globals';
import { decideRenewalMs, decideTermStep, spread } from '#core/agent/decide-term.ts';
import { createFakeRandom } from '#test/support/fake-random.ts';

describe('decideRenewalMs', () => {
  it('is two thirds, spread by a tenth to either side', () => {
    const random = createFakeRandom();
    const times = Array.from({ length: 2000 }, () => decideRenewalMs(3_000_000, random));
    expect(Math.min(...times)).toBeGreaterThanOrEqual(1_800_000);
    expect(Math.max(...times)).toBeLessThanOrEqual(2_200_000);
    expect(Math.max(...times) - Math.min(...times)).toBeGreaterThan(380_000);
  });
});

describe('spread', () => {
  it('keeps its middle', () => {
    const random = createFakeRandom();
    const times = Array.from({ length: 2000 }, () => spread(1000, random));
    const mean = times.reduce((sum, time) => sum + time, 0) / times.length;
    expect(Math.abs(mean - 1000)).toBeLessThan(10);
  });
});

describe('decideTermStep', () => {
  it.each([
    ['as long as at first', { durationMs: 1000, renewable: true }, 'renew'],
    ['half as long', { durationMs: 500, renewable: true }, 'renew'],
    ['less than half as long', { durationMs: 499, renewable: true }, 'replace'],
    ['at its end', { durationMs: 1000, renewable: false }, 'replace'],
  ] as const)('of a term that is %s', (_, term, step) => {
    expect(decideTermStep(term, 1000)).toBe(step);
  });
});
