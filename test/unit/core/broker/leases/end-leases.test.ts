import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { createLeaseBook, type BrokerLease, type StoreEnd } from '#core/broker/books/lease-book.ts';
import {
  endAtStores,
  endEverything,
  endLease,
  endLeases,
  endOverdue,
  nameLease,
} from '#core/broker/leases/end-leases.ts';
import { createError } from '#core/errors/mayfly-error.ts';
import { aCaller } from '#test/support/broker/a-caller.ts';
import { createBrokerRig, type BrokerRig } from '#test/support/broker/create-broker-rig.ts';
import { expectCode } from '#test/support/expect-code.ts';
import { settle } from '#test/support/fake-clock.ts';

const { signal } = new AbortController();
const hourMs = 3_600_000;
const silent = createError('MAYFLY_STORE_SEALED', { store: 'vault' });
const refusing = createError('MAYFLY_STORE_LOGIN_ENDED', { store: 'vault' });

/** What is held at a store; how often it was asked to be given back, and which tries were the last. */
interface Held extends StoreEnd {
  readonly asked: boolean[];
  fault: Error | null;
}

describe('the end of leases', () => {
  let rig: BrokerRig;

  beforeEach(async () => {
    rig = await createBrokerRig();
  });

  afterEach(async () => await rig.close());

  function hold(fault: Error | null = null, endsAt = rig.clock.now() + hourMs): Held {
    const held: Held = {
      endsAt,
      asked: [],
      fault,
      async end(_, { again }) {
        held.asked.push(again);
        if (held.fault !== null) throw held.fault;
      },
    };
    return held;
  }

  function aLease(id: string, ends: readonly StoreEnd[]): BrokerLease {
    const { issuer, subject } = aCaller().identity;
    const [issuedAt, expiresAt] = [rig.clock.now(), rig.clock.now() + 60_000];
    const rest = { policy: 'shop/release', ticket: null, references: ['vault:creds'], ends };
    return { id, issuer, subject, issuedAt, expiresAt, ...rest };
  }

  function open(id: string, ends: readonly StoreEnd[], change: Partial<BrokerLease> = {}): void {
    rig.parts.leases.open({ ...aLease(id, ends), ...change });
  }

  /** Once a second, as the process does. */
  async function pass(ms: number): Promise<void> {
    for (let passed = 0; passed < ms; passed += 1000) {
      await rig.clock.advance(1000);
      await endOverdue(rig.parts, signal);
    }
  }

  function failuresOf(id: string): readonly unknown[] {
    return rig.audit.events
      .filter(({ event, fields }) => event === 'lease-end' && fields['lease'] === id)
      .map(({ fields }) => fields['failures']);
  }

  it('comes when they are over, and is recorded', async () => {
    const held = hold();
    open('one', [held]);
    await pass(59_000);
    expect(held.asked).toEqual([]);
    await pass(1000);
    expect([held.asked.length, failuresOf('one')]).toEqual([1, [[]]]);
  });

  it('is tried again where a store is silent, and recorded once when it took everything', async () => {
    const [silentOne, taken] = [hold(silent), hold()];
    open('one', [silentOne, taken]);
    await endLeases(rig.parts, () => true, signal);
    await pass(25_000);
    expect([silentOne.asked, taken.asked]).toEqual([[true, true, true], [true]]);
    expect(failuresOf('one')).toEqual([]);
    silentOne.fault = null;
    await pass(10_000);
    expect(failuresOf('one')).toEqual([[]]);
    await pass(30_000);
    expect(silentOne.asked).toHaveLength(4);
  });

  it('is given up after ten minutes, and recorded once with what failed', async () => {
    const held = hold(silent);
    open('one', [held]);
    await endLeases(rig.parts, () => true, signal);
    await pass(11 * 60_000);
    expect(failuresOf('one')).toEqual([['MAYFLY_STORE_SEALED']]);
    expect(held.asked).toHaveLength(61);
    expect(held.asked.indexOf(false)).toBe(60);
  });

  it('is not tried again once the store has ended it by itself', async () => {
    const held = hold(silent, rig.clock.now() + 15_000);
    open('one', [held]);
    await endLeases(rig.parts, () => true, signal);
    await pass(60_000);
    expect([held.asked, failuresOf('one')]).toEqual([[true, false], [['MAYFLY_STORE_SEALED']]]);
  });

  it('is not tried again where a store refuses', async () => {
    const [refused, later] = [hold(refusing), hold(silent)];
    open('one', [refused, later]);
    await endLease(rig.parts, { id: 'audit', lease: take('one') }, signal);
    later.fault = null;
    await pass(10_000);
    expect([refused.asked.length, later.asked.length]).toEqual([1, 2]);
    expect(failuresOf('one')).toEqual([['MAYFLY_STORE_LOGIN_ENDED']]);
    expect(rig.audit.events.at(-1)?.id).toBe('audit');
  });

  it('comes for everything at the end of the process, and nothing is left for later', async () => {
    const [postponed, fresh, silentOne] = [hold(silent), hold(), hold(silent)];
    open('postponed', [postponed], { ticket: 'ticket' });
    await endLeases(rig.parts, ({ ticket }) => ticket === 'ticket', signal);
    open('fresh', [fresh]);
    open('silent', [silentOne]);
    postponed.fault = null;
    await endEverything(rig.parts, signal);
    expect(['postponed', 'fresh', 'silent'].map(failuresOf)).toEqual([
      [[]],
      [[]],
      [['MAYFLY_STORE_SEALED']],
    ]);
    expect(silentOne.asked).toEqual([false]);
    await pass(60_000);
    expect(silentOne.asked).toEqual([false]);
  });

  it('comes for each, also where one cannot be recorded', async () => {
    const all = Array.from({ length: 90 }, () => hold());
    for (const [at, held] of all.entries()) open(`lease-${at}`, [held]);
    rig.audit.breakWith('ENOSPC');
    await expectCode(
      endLeases(rig.parts, () => true, signal),
      'MAYFLY_AUDIT_UNAVAILABLE',
    );
    expect(all.every(({ asked }) => asked.length === 1)).toBe(true);
  });

  it('comes for a hundred at a time', async () => {
    const leases = createLeaseBook(rig.clock, 1000);
    let [now, most] = [0, 0];
    const end = async (): Promise<void> => {
      now += 1;
      most = Math.max(most, now);
      await settle();
      now -= 1;
    };
    for (let at = 0; at < 250; at += 1) {
      const ends = [{ endsAt: rig.clock.now() + hourMs, end }];
      leases.open({ ...aLease(`lease-${at}`, ends), subject: `job-${at}` });
    }
    await endEverything({ ...rig.parts, leases }, signal);
    expect([most, rig.audit.events.length]).toEqual([100, 250]);
  });

  it('holds a share until it is known how it ends', async () => {
    const held = hold(silent);
    for (let at = 0; at < 100; at += 1) open(`lease-${at}`, [held]);
    await endLeases(rig.parts, () => true, signal);
    await expectCode(() => open('more', [held]), 'MAYFLY_BROKER_FULL');
    held.fault = null;
    await pass(10_000);
    open('more', [held]);
  });

  it('is tried once for what was never given, whatever becomes of it', async () => {
    const [silentOne, taken] = [hold(silent), hold()];
    await endAtStores([silentOne, taken]);
    expect([silentOne.asked, taken.asked]).toEqual([[false], [false]]);
  });

  function take(id: string): BrokerLease {
    const lease = rig.parts.leases.take(id);
    if (lease === null) throw new Error('no lease');
    expect(nameLease(lease)).toMatchObject({ lease: id, references: ['vault:creds'] });
    return lease;
  }
});
