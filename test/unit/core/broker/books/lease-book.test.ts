import { beforeEach, describe, expect, it } from '@jest/globals';
import {
  createLeaseBook,
  type BrokerLease,
  type LeaseBook,
} from '#core/broker/books/lease-book.ts';
import { aCaller } from '#test/support/broker/a-caller.ts';
import { expectCode } from '#test/support/expect-code.ts';
import { createFakeClock, type FakeClock } from '#test/support/fake-clock.ts';

const end = { endsAt: Number.POSITIVE_INFINITY, end: async (): Promise<void> => undefined };

describe('the leases of a broker', () => {
  let clock: FakeClock;
  let book: LeaseBook;

  beforeEach(() => {
    clock = createFakeClock();
    book = createLeaseBook(clock, 2);
  });

  function aLease(id: string, change: Partial<BrokerLease> = {}): BrokerLease {
    const { issuer, subject } = aCaller().identity;
    const [issuedAt, expiresAt] = [clock.now(), clock.now() + 60_000];
    const rest = { policy: 'shop/release', ticket: null, references: [], ends: [] };
    return { id, issuer, subject, issuedAt, expiresAt, ...rest, ...change };
  }

  it('are found by who opened them, until they are over', async () => {
    book.open(aLease('one'));
    expect(book.find('one', aCaller())?.id).toBe('one');
    expect(book.find('two', aCaller())).toBeNull();
    await clock.advance(60_000);
    expect(book.find('one', aCaller())).toBeNull();
  });

  it('are nothing to another subject or issuer', () => {
    book.open(aLease('one', { subject: 'somebody' }));
    book.open(aLease('two', { issuer: 'elsewhere' }));
    expect(book.find('one', aCaller())).toBeNull();
    expect(book.find('two', aCaller())).toBeNull();
  });

  it('that hold nothing are forgotten when there are too many, the oldest first', () => {
    for (const id of ['one', 'two', 'three']) book.open(aLease(id));
    expect(book.find('one', aCaller())).toBeNull();
    expect(book.find('three', aCaller())?.id).toBe('three');
  });

  it('that hold something are refused when there are too many', async () => {
    for (const id of ['one', 'two']) book.open(aLease(id, { ends: [end] }));
    await expectCode(() => book.open(aLease('three', { ends: [end] })), 'MAYFLY_BROKER_FULL');
    expect(book.take('one')?.id).toBe('one');
    await expectCode(() => book.open(aLease('three', { ends: [end] })), 'MAYFLY_BROKER_FULL');
    book.letGo('one');
    book.letGo('one');
    book.open(aLease('three', { ends: [end] }));
    expect(book.find('three', aCaller())?.id).toBe('three');
  });

  it('that hold something are no more than a tenth of all for one subject', async () => {
    book = createLeaseBook(clock, 2_000);
    const ids = Array.from({ length: 200 }, (_, at) => `lease-${at}`);
    for (const id of ids) book.open(aLease(id, { ends: [end] }));
    await expectCode(() => book.open(aLease('more', { ends: [end] })), 'MAYFLY_BROKER_FULL');
    book.open(aLease('other', { ends: [end], subject: 'somebody' }));
    book.take('lease-0');
    book.letGo('lease-0');
    book.open(aLease('more', { ends: [end] }));
    expect(book.find('more', aCaller())?.id).toBe('more');
  });

  it('that hold something are taken once when they are wanted', () => {
    book.open(aLease('one', { ends: [end] }));
    book.open(aLease('two', { ends: [end], ticket: 'ticket' }));
    book.open(aLease('plain', { ticket: 'ticket' }));
    const isWanted = ({ ticket }: BrokerLease): boolean => ticket === 'ticket';
    expect(book.takeHolding(isWanted).map(({ id }) => id)).toEqual(['two']);
    expect(book.takeHolding(isWanted)).toEqual([]);
    expect(book.find('two', aCaller())).toBeNull();
    expect(book.find('one', aCaller())?.id).toBe('one');
  });

  it('that could not be ended are kept until they are tried again', () => {
    const lease = aLease('one', { ends: [end] });
    const ending = { id: 'audit', lease, since: 0, retryAt: 10, failures: [] };
    book.postponed.add(ending);
    expect(book.postponed.take(({ retryAt }) => retryAt <= 9)).toEqual([]);
    expect(book.postponed.take(({ retryAt }) => retryAt <= 10)).toEqual([ending]);
    expect(book.postponed.take(() => true)).toEqual([]);
  });
});
