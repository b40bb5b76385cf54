import { describe, expect, it } from '@jest/globals';
import { decideSweep, renewalOfferMs, type SweepOwner } from '#core/lease/decide-sweep.ts';

const lease = { issuedAt: 0, expiresAt: 1_000_000 };
const never: SweepOwner = { kind: 'continuous', decidedAt: null };

describe('a sweep', () => {
  it.each<{ when: string; owner: SweepOwner; now: number; awakeSince: number; gives: string }>([
    { when: 'the object is gone', owner: { kind: 'gone' }, now: 1, awakeSince: 0, gives: 'remove' },
    { when: 'the lease runs', owner: never, now: 999_999, awakeSince: 0, gives: 'wait' },
    {
      when: 'the lease of Once runs',
      owner: { kind: 'once' },
      now: 999_999,
      awakeSince: 0,
      gives: 'wait',
    },
    {
      when: 'the lease of Once is over',
      owner: { kind: 'once' },
      now: 1_000_000,
      awakeSince: 999_999,
      gives: 'remove',
    },
    {
      when: 'it is over, just started',
      owner: never,
      now: 2_000_000,
      awakeSince: 2_000_000,
      gives: 'wait',
    },
    {
      when: 'it is over, offered in vain',
      owner: never,
      now: 2_000_000 + renewalOfferMs,
      awakeSince: 2_000_000,
      gives: 'remove',
    },
    {
      when: 'it is over and was decided on since',
      owner: { kind: 'continuous', decidedAt: 2_000_000 },
      now: 2_000_001,
      awakeSince: 2_000_000,
      gives: 'remove',
    },
    {
      when: 'it is over and was decided on before the sleep',
      owner: { kind: 'continuous', decidedAt: 1_999_999 },
      now: 2_000_001,
      awakeSince: 2_000_000,
      gives: 'wait',
    },
  ])('when $when: $gives', ({ owner, now, awakeSince, gives }) => {
    expect(decideSweep(lease, owner, { now, awakeSince })).toBe(gives);
  });
});
