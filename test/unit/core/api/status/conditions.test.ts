import { describe, expect, it } from '@jest/globals';
import { decideConditions } from '#core/api/status/conditions.ts';
import type { Condition } from '#core/api/status/condition.ts';
import type { Verdict } from '#core/ports/outcome.ts';

const now = Date.UTC(2026, 0, 1, 12, 0, 0, 500);
const ready: Verdict = {
  ready: 'True',
  reconciling: false,
  stalled: false,
  reason: 'Succeeded',
  message: 'all Secrets are there',
};
const stalled: Verdict = { ...ready, ready: 'False', stalled: true, reason: 'GitUrlRefused' };

function decide(verdict: Verdict, previous: readonly Condition[], at = now): readonly Condition[] {
  return decideConditions(verdict, { previous, generation: 3, now: at });
}

describe('the conditions of an object', () => {
  it('have Ready from first sight, as unknown and reconciling', () => {
    const first: Verdict = { ...ready, ready: 'Unknown', reconciling: true };
    const found = decide(first, []);
    expect(found.map(({ type, status }) => [type, status])).toEqual([
      ['Ready', 'Unknown'],
      ['Reconciling', 'True'],
    ]);
    expect(found[0]?.observedGeneration).toBe(3);
    expect(found[0]?.lastTransitionTime).toBe('2026-01-01T12:00:00Z');
  });

  it('have Stalled only while it is true', () => {
    const first = decide(stalled, []);
    expect(first.map(({ type }) => type)).toEqual(['Ready', 'Stalled']);
    expect(decide(ready, first).map(({ type }) => type)).toEqual(['Ready']);
  });

  it('keep the time of the last transition while the status stays', () => {
    const first = decide(ready, []);
    const second = decide({ ...ready, message: 'changed' }, first, now + 60_000);
    expect(second[0]).toEqual({ ...first[0], message: 'changed' });
    const third = decide(stalled, second, now + 60_000);
    expect(third[0]?.lastTransitionTime).toBe('2026-01-01T12:01:00Z');
  });

  it('are equal for an equal verdict, so that nothing is written', () => {
    const first = decide(stalled, []);
    expect(decide(stalled, first, now + 5000)).toEqual(first);
  });

  it('keep conditions of other types', () => {
    const other: Condition = {
      type: 'Inspected',
      status: 'True',
      reason: 'ByHand',
      message: '',
      observedGeneration: 1,
      lastTransitionTime: '2026-01-01T00:00:00Z',
    };
    expect(decide(ready, [other])).toContainEqual(other);
  });

  it('have what else is true only while it is', () => {
    const skew = { type: 'ClockSkew', reason: 'ClocksApart', message: 'apart' };
    const input = { generation: 3, now };
    const apart = decideConditions(ready, { ...input, previous: [], further: [skew] });
    expect(apart.map(({ type, status }) => [type, status])).toEqual([
      ['Ready', 'True'],
      ['ClockSkew', 'True'],
    ]);
    expect(apart[1]).toMatchObject({ ...skew, observedGeneration: 3 });
    expect(decide(ready, apart).map(({ type }) => type)).toEqual(['Ready']);
  });

  it('cut a long message', () => {
    const found = decide({ ...ready, message: 'x'.repeat(5000) }, []);
    expect(found[0]?.message).toHaveLength(1024);
  });
});
