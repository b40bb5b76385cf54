import { describe, expect, it } from '@jest/globals';
import type { LeaseEvent, LeaseTerms } from '#core/lease/decide-lease.ts';
import { bridgesOutage, decideWindow, opensLease } from '#core/lease/decide-window.ts';

const now = 1_000_000;
const terms: LeaseTerms = {
  ttlMs: 60_000,
  maxStaleMs: 0,
  lifetime: 'Continuous',
  onSourceMissing: 'Delete',
  prune: true,
};
const held = { issuedAt: now - 10, expiresAt: now + 10, verifiedAt: now - 20 };
const closed: readonly LeaseEvent[] = [
  { kind: 'refused' },
  { kind: 'unreachable', verifiedAt: now },
  { kind: 'unknown' },
  { kind: 'fileFailed' },
];

describe('the lease that content is written under', () => {
  it('is a new one when the source verified', () => {
    const event = { kind: 'verified', at: now - 5 } as const;
    expect(decideWindow(event, terms, { now, held, issued: null })).toEqual({
      issuedAt: now,
      expiresAt: now + 60_000,
      verifiedAt: now - 5,
    });
  });

  it('is a new one while the source is suspended, as old as its verification', () => {
    const event = { kind: 'suspended' } as const;
    expect(decideWindow(event, terms, { now, held, issued: null })?.verifiedAt).toBe(now - 20);
    expect(decideWindow(event, terms, { now, held: null, issued: null })?.verifiedAt).toBe(now);
  });

  it.each(closed)('is the one it has, or none, when the event is $kind', (event) => {
    expect(opensLease(event)).toBe(false);
    expect(decideWindow(event, terms, { now, held, issued: null })).toEqual(held);
    expect(decideWindow(event, terms, { now, held: null, issued: null })).toBeNull();
    const over = { ...held, expiresAt: now };
    expect(decideWindow(event, terms, { now, held: over, issued: null })).toBeNull();
  });

  it('is a new one for a pod in an outage, no longer than the old one would have been extended', () => {
    const brief: LeaseTerms = { ...terms, lifetime: 'WhileInUse', maxStaleMs: 90_000 };
    const outage = { kind: 'unreachable', verifiedAt: now - 50_000 } as const;
    expect(bridgesOutage(outage, brief, now)).toBe(true);
    expect(decideWindow(outage, brief, { now, held: null, issued: null })).toEqual({
      issuedAt: now,
      expiresAt: now + 40_000,
      verifiedAt: now - 50_000,
    });
    expect(decideWindow(outage, brief, { now, held, issued: null })).toEqual(held);
    const old = { kind: 'unreachable', verifiedAt: now - 90_000 } as const;
    const never = { kind: 'unreachable', verifiedAt: null } as const;
    for (const event of [old, never, { kind: 'refused' } as const]) {
      expect(decideWindow(event, brief, { now, held: null, issued: null })).toBeNull();
    }
  });

  it('is the one that was issued for Once, until it ends', () => {
    const once = { ...terms, lifetime: 'Once' } as const;
    const event = { kind: 'verified', at: now } as const;
    const issued = { issuedAt: now - 100, expiresAt: now + 100 };
    expect(decideWindow(event, once, { now, held: null, issued })).toEqual({
      ...issued,
      verifiedAt: now,
    });
    expect(decideWindow(event, once, { now: now + 100, held, issued })).toBeNull();
    expect(decideWindow(event, once, { now, held, issued: null })).toBeNull();
  });
});
