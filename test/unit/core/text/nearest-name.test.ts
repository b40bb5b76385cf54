import { describe, expect, it } from '@jest/globals';
import { nearestName } from '#core/text/nearest-name.ts';

const known = ['interval', 'timeout', 'include', 'ref'];

describe('the nearest name', () => {
  it.each([
    ['intervall', 'interval'],
    ['Interval', 'interval'],
    ['timout', 'timeout'],
    ['inlcude', 'include'],
    ['refs', 'ref'],
  ])('to %s is %s', (name, nearest) => {
    expect(nearestName(name, known)).toBe(nearest);
  });

  it('is none when nothing is near', () => {
    expect(nearestName('colour', known)).toBeNull();
    expect(nearestName('x'.repeat(200), known)).toBeNull();
    expect(nearestName('interval', [])).toBeNull();
  });
});
