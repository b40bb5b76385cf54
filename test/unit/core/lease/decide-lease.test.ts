import { describe, expect, it } from '@jest/globals';
import {
  decideLease,
  type LeaseDecision,
  type LeaseEvent,
  type LeaseTerms,
} from '#core/lease/decide-lease.ts';

const now = Date.UTC(2026, 0, 1);
const minute = 60_000;
const hour = 60 * minute;

const terms: LeaseTerms = {
  ttlMs: hour,
  maxStaleMs: 24 * hour,
  lifetime: 'Continuous',
  onSourceMissing: 'Delete',
  prune: true,
};

/** Two thirds are over: the source last verified when it was issued. */
const lease = {
  issuedAt: now - 40 * minute,
  expiresAt: now + 20 * minute,
  verifiedAt: now - 40 * minute,
};

interface Row {
  readonly when: string;
  readonly event: LeaseEvent;
  readonly given?: Partial<LeaseTerms>;
  readonly gives: LeaseDecision;
}

const keep: LeaseDecision = { kind: 'keep' };
const unreachable: LeaseEvent = { kind: 'unreachable', verifiedAt: null };

const table: readonly Row[] = [
  {
    when: 'the source verified',
    event: { kind: 'verified', at: now - minute },
    gives: {
      kind: 'renew',
      lease: { issuedAt: now, expiresAt: now + hour, verifiedAt: now - minute },
      extended: false,
    },
  },
  {
    when: 'there is no answer: extended',
    event: unreachable,
    gives: {
      kind: 'renew',
      lease: { issuedAt: now, expiresAt: now + hour, verifiedAt: lease.verifiedAt },
      extended: true,
    },
  },
  {
    when: 'there is no answer near the end of maxStale: extended up to it',
    event: unreachable,
    given: { maxStaleMs: 70 * minute },
    gives: {
      kind: 'renew',
      lease: { issuedAt: now, expiresAt: now + 30 * minute, verifiedAt: lease.verifiedAt },
      extended: true,
    },
  },
  {
    when: 'there is no answer beyond maxStale: kept',
    event: unreachable,
    given: { maxStaleMs: 50 * minute },
    gives: keep,
  },
  {
    when: 'there is no answer and maxStale is zero: strict',
    event: unreachable,
    given: { maxStaleMs: 0 },
    gives: keep,
  },
  {
    when: 'there is no answer, but the source verified since: counted from then',
    event: { kind: 'unreachable', verifiedAt: now - minute },
    given: { maxStaleMs: 50 * minute },
    gives: {
      kind: 'renew',
      lease: { issuedAt: now, expiresAt: now + 49 * minute, verifiedAt: now - minute },
      extended: true,
    },
  },
  { when: 'the host refused', event: { kind: 'refused' }, gives: keep },
  { when: 'the file failed', event: { kind: 'fileFailed' }, gives: keep },
  { when: 'the source was not asked yet', event: { kind: 'unknown' }, gives: keep },
  { when: 'the path was removed', event: { kind: 'pathRemoved' }, gives: { kind: 'remove' } },
  {
    when: 'the path was removed, with Keep',
    event: { kind: 'pathRemoved' },
    given: { onSourceMissing: 'Keep' },
    gives: keep,
  },
  {
    when: 'the path was removed, with prune: false',
    event: { kind: 'pathRemoved' },
    given: { prune: false },
    gives: { kind: 'release' },
  },
  {
    when: 'the object is suspended: renewed',
    event: { kind: 'suspended' },
    gives: {
      kind: 'renew',
      lease: { issuedAt: now, expiresAt: now + hour, verifiedAt: lease.verifiedAt },
      extended: false,
    },
  },
  { when: 'the object was deleted', event: { kind: 'ownerDeleted' }, gives: { kind: 'remove' } },
  {
    when: 'the source verified, with Once',
    event: { kind: 'verified', at: now },
    given: { lifetime: 'Once' },
    gives: keep,
  },
  {
    when: 'there is no answer, with Once',
    event: unreachable,
    given: { lifetime: 'Once' },
    gives: keep,
  },
  {
    when: 'the object is suspended, with Once',
    event: { kind: 'suspended' },
    given: { lifetime: 'Once' },
    gives: keep,
  },
];

describe('what an event does to a lease', () => {
  it.each(table)('$when', ({ event, given = {}, gives }) => {
    expect(decideLease(event, { ...terms, ...given }, { lease, now, due: true })).toEqual(gives);
  });

  it.each(['verified', 'suspended', 'unreachable'] as const)(
    'is nothing before it is due (%s)',
    (kind) => {
      const event: LeaseEvent =
        kind === 'verified' ? { kind, at: now } : { kind, verifiedAt: null };
      expect(decideLease(event, terms, { lease, now, due: false })).toEqual(keep);
    },
  );

  it('never counts the verification backwards', () => {
    const late = { ...lease, verifiedAt: now };
    const decision = decideLease({ kind: 'verified', at: now - hour }, terms, {
      lease: late,
      now,
      due: true,
    });
    expect(decision).toMatchObject({ lease: { verifiedAt: now } });
  });
});
