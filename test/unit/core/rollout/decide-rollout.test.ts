import { describe, expect, it } from '@jest/globals';
import { decideRollout, rolloutWindowMs } from '#core/rollout/decide-rollout.ts';

const now = 1_000_000;

describe('a restart', () => {
  it('begins when it is due', () => {
    expect(decideRollout({ now, dueAt: now, begun: [] })).toEqual({ kind: 'roll' });
    expect(decideRollout({ now, dueAt: now + 7, begun: [] })).toEqual({ kind: 'wait', afterMs: 7 });
  });

  it('waits while as many as may were begun in the time before', () => {
    const begun = [1, 2, 3, 4, 5].map((second) => now - 10_000 + second * 1_000);
    const afterMs = rolloutWindowMs - 9_000;
    expect(decideRollout({ now, dueAt: now, begun })).toEqual({ kind: 'wait', afterMs });
    expect(decideRollout({ now, dueAt: now, begun: begun.slice(1) })).toEqual({ kind: 'roll' });
    expect(decideRollout({ now: now + afterMs, dueAt: now, begun })).toEqual({ kind: 'roll' });
  });
});
