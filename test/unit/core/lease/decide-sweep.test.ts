import { describe, expect, it } from '@jest/globals';
import { decideSweep, renewalOfferMs, type SweepOwner } from '#core/lease/decide-sweep.ts';

const end = 1_000_000;
const lease = { issuedAt: 0, expiresAt: end, verifiedAt: end / 2 };
/** When the program woke, long after the end of the lease. */
const awake = 2_000_000;
const maxStaleMs = 5_000_000;
const untried = { kind: 'continuous', decidedAt: null, triedAt: null, maxStaleMs } as const;
const offered = awake + renewalOfferMs;
const stale = lease.verifiedAt + maxStaleMs;

interface Row {
  readonly when: string;
  readonly owner: SweepOwner;
  readonly now: number;
  readonly gives: 'remove' | 'wait';
}

describe('a sweep', () => {
  it.each<Row>([
    { when: 'the object is gone', owner: { kind: 'gone' }, now: 1, gives: 'remove' },
    { when: 'the lease runs', owner: untried, now: end - 1, gives: 'wait' },
    { when: 'the lease of Once runs', owner: { kind: 'once' }, now: end - 1, gives: 'wait' },
    { when: 'the lease of Once is over', owner: { kind: 'once' }, now: end, gives: 'remove' },
    { when: 'it is over, just started', owner: untried, now: awake, gives: 'wait' },
    {
      when: 'it is over and was decided on since',
      owner: { ...untried, decidedAt: awake },
      now: awake + 1,
      gives: 'remove',
    },
    {
      when: 'it is over and was decided on before the sleep',
      owner: { ...untried, decidedAt: awake - 1 },
      now: awake + 1,
      gives: 'wait',
    },
    {
      when: 'it was tried in vain and the offer stands',
      owner: { ...untried, triedAt: awake },
      now: offered - 1,
      gives: 'wait',
    },
    {
      when: 'it was tried in vain and the offer is over',
      owner: { ...untried, triedAt: awake },
      now: offered,
      gives: 'remove',
    },
    { when: 'nothing has answered yet', owner: untried, now: offered, gives: 'wait' },
    {
      when: 'nothing has answered yet, and it was tried before the sleep',
      owner: { ...untried, triedAt: awake - 1 },
      now: offered,
      gives: 'wait',
    },
    { when: 'nothing has answered for maxStale', owner: untried, now: stale, gives: 'remove' },
    {
      when: 'nothing has answered and outages are not bridged',
      owner: { ...untried, maxStaleMs: 0 },
      now: offered,
      gives: 'remove',
    },
  ])('when $when: $gives', ({ owner, now, gives }) => {
    const awakeSince = now < awake ? 0 : awake;
    expect(decideSweep(lease, owner, { now, certain: now, awakeSince })).toBe(gives);
  });

  it('waits until both clocks say that the lease is over', () => {
    const owner: SweepOwner = { ...untried, decidedAt: awake };
    const time = { now: awake + 1, awakeSince: awake };
    expect(decideSweep(lease, owner, { ...time, certain: end - 1 })).toBe('wait');
    expect(decideSweep(lease, owner, { ...time, certain: end })).toBe('remove');
    const gone: SweepOwner = { kind: 'gone' };
    expect(decideSweep(lease, gone, { ...time, certain: 0 })).toBe('remove');
  });
});
