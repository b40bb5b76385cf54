import { describe, expect, it } from '@jest/globals';
import { decideFight, type FightRecord } from '#core/drift/decide-fight.ts';

const start = Date.UTC(2026, 0, 1);
const minute = 60_000;

/** The delays of the repairs when somebody changes the Secret at these times. */
function delaysAt(times: readonly number[]): readonly number[] {
  let record: FightRecord | null = null;
  return times.map((at) => {
    const decision = decideFight(record, start + at);
    record = decision.record;
    return decision.delayMs;
  });
}

function each(count: number, everyMs: number): readonly number[] {
  return Array.from({ length: count }, (_, index) => index * everyMs);
}

describe('a fight over a Secret', () => {
  it('is none for a few edits in a row', () => {
    expect(delaysAt(each(5, 1_000))).toEqual([0, 0, 0, 0, 0]);
  });

  it('has repairs wait twice as long each time, five minutes at most', () => {
    const delays = delaysAt(each(14, 1_000)).slice(5);
    expect(delays).toEqual([5, 10, 20, 40, 80, 160, 300, 300, 300].map((s) => s * 1_000));
  });

  it('goes on while each change comes after the longest delay', () => {
    expect(delaysAt(each(20, 6 * minute)).at(-1)).toBe(5 * minute);
  });

  it('is over when the Secret was left alone for a quarter of an hour', () => {
    expect(delaysAt([...each(10, 1_000), 9_000 + 15 * minute])[10]).toBe(0);
  });

  it('is over when the clock jumps back', () => {
    expect(delaysAt([...each(10, 1_000), -minute])[10]).toBe(0);
  });

  it('never waits for ever, however long it lasts', () => {
    expect(decideFight({ changes: 5_000, lastAt: start }, start).delayMs).toBe(5 * minute);
  });
});
