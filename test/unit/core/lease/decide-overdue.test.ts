import { describe, expect, it } from '@jest/globals';
import { decideAwakeSince, decideOverdue } from '#core/lease/decide-overdue.ts';

const now = 10_000_000;
const longAgo = now - 3_600_000;
const dead = { now, awakeSince: longAgo, controllerUntil: longAgo };

describe('what a sweeper deletes beside the controller', () => {
  it.each([
    { when: 'the lease runs', given: { overdueMs: -1 }, answer: 'wait' },
    { when: 'the lease has just ended', given: { overdueMs: 9_999 }, answer: 'wait' },
    { when: 'the controller had its time', given: { overdueMs: 10_000 }, answer: 'remove' },
    {
      when: 'there never was a controller',
      given: { overdueMs: 10_000, controllerUntil: null },
      answer: 'remove',
    },
    {
      when: 'a controller lives',
      given: { overdueMs: 3_600_000, controllerUntil: now + 1 },
      answer: 'wait',
    },
    {
      when: 'the cluster has just woken up',
      given: { overdueMs: 3_600_000, awakeSince: now - 119_999 },
      answer: 'wait',
    },
    {
      when: 'no controller came after the wake-up',
      given: { overdueMs: 3_600_000, awakeSince: now - 120_000 },
      answer: 'remove',
    },
  ] as const)(
    'of a Continuous lease when $when: $answer',
    ({ given: { overdueMs, ...facts }, answer }) => {
      const lease = { expiresAt: now - overdueMs, lifetime: 'Continuous' } as const;
      expect(decideOverdue(lease, { ...dead, ...facts })).toBe(answer);
    },
  );

  it('is a Once lease that its controller has left, whoever lives or woke up', () => {
    const facts = { now, awakeSince: now, controllerUntil: now + 30_000 };
    expect(decideOverdue({ expiresAt: now - 10_000, lifetime: 'Once' }, facts)).toBe('remove');
    expect(decideOverdue({ expiresAt: now - 9_999, lifetime: 'Once' }, facts)).toBe('wait');
  });
});

describe('the time since which sweeps follow each other', () => {
  it('begins now at the first sweep and after a long gap', () => {
    expect(decideAwakeSince(null, now)).toBe(now);
    expect(decideAwakeSince({ awakeSince: longAgo, sweptAt: now - 180_001 }, now)).toBe(now);
  });

  it('goes on when the last sweep is not long ago, and is never in the future', () => {
    expect(decideAwakeSince({ awakeSince: longAgo, sweptAt: now - 180_000 }, now)).toBe(longAgo);
    expect(decideAwakeSince({ awakeSince: now + 5, sweptAt: now + 5 }, now)).toBe(now);
  });
});
