import { beforeEach, describe, expect, it } from '@jest/globals';
import { createLeaseBook, type LeaseBook } from '#core/broker/books/lease-book.ts';
import { createError } from '#core/errors/mayfly-error.ts';
import type { Stop } from '#platform/lifecycle/create-lifecycle.ts';
import { untilAborted } from '#platform/time/until-aborted.ts';
import { startRounds } from '#roles/broker/start-rounds.ts';
import { aCaller } from '#test/support/broker/a-caller.ts';
import { createMemoryAudit, type MemoryAudit } from '#test/support/broker/memory-audit.ts';
import { createFakeClock, settle, type FakeClock } from '#test/support/fake-clock.ts';
import { createFakeRandom } from '#test/support/fake-random.ts';
import { createMemoryLogger } from '#test/support/memory/memory-logger.ts';

type End = (signal: AbortSignal) => Promise<void>;

/** Until it is told to give up, and then for a moment. */
const stall: End = async (signal) => {
  await untilAborted(signal);
  await settle();
  signal.throwIfAborted();
};
const take: End = async () => undefined;

describe('the rounds of a broker', () => {
  let clock: FakeClock;
  let audit: MemoryAudit;
  let leases: LeaseBook;
  let stops: Stop[];
  let logger: ReturnType<typeof createMemoryLogger>;

  beforeEach(() => {
    clock = createFakeClock();
    audit = createMemoryAudit();
    leases = createLeaseBook(clock, 1000);
    stops = [];
    logger = createMemoryLogger();
    const lifecycle = { started: (_: string, stop: Stop) => void stops.push(stop) };
    const parts = { leases, audit, random: createFakeRandom(), clock };
    startRounds(parts, { lifecycle, logger, clock });
  });

  function open(id: string, end: End, lastsMs: number): void {
    const { issuer, subject } = aCaller().identity;
    const [issuedAt, expiresAt] = [clock.now(), clock.now() + lastsMs];
    const rest = { policy: 'shop/release', ticket: null, references: [] };
    const ends = [{ endsAt: clock.now() + 3_600_000, end }];
    leases.open({ id, issuer, subject, issuedAt, expiresAt, ends, ...rest });
  }

  async function stopAll(deadline = new AbortController().signal): Promise<void> {
    for (const stop of stops.toReversed()) await stop(deadline);
  }

  function ended(): readonly (readonly [unknown, unknown])[] {
    return audit.events.map(({ fields }) => [fields['lease'], fields['failures']]);
  }

  it('end each lease within a second of its end, also while a store is slow', async () => {
    open('slow', stall, 1_000);
    open('other', take, 2_000);
    await clock.advance(2_000);
    expect(ended()).toEqual([['other', []]]);
    await stopLate();
  });

  it('give back at the end of the process what leases hold', async () => {
    open('held', take, 600_000);
    await stopAll();
    expect(ended()).toEqual([['held', []]]);
    expect(leases.takeHolding(() => true)).toEqual([]);
  });

  it('give up at the end of the process what is not given back in 4 seconds', async () => {
    open('slow', stall, 1_000);
    open('held', stall, 600_000);
    open('other', take, 600_000);
    await clock.advance(1_000);
    await stopLate();
    expect(new Map(ended())).toEqual(
      new Map([
        ['held', ['MAYFLY_BROKER_DEADLINE']],
        ['other', []],
        ['slow', ['MAYFLY_BROKER_DEADLINE']],
      ]),
    );
  });

  it('tell when an end cannot be recorded, and go on', async () => {
    open('one', take, 1_000);
    audit.breakWith('ENOSPC');
    await clock.advance(1_000);
    expect(logger.lines.at(-1)?.fields['error']).toMatchObject({
      code: 'MAYFLY_AUDIT_UNAVAILABLE',
    });
    audit.breakWith(null);
    open('two', async () => await Promise.reject(gone), 1_000);
    await clock.advance(1_000);
    await stopAll();
    expect(ended()).toEqual([['two', ['MAYFLY_STORE_LOGIN_ENDED']]]);
  });

  it('tell where the chain of the audit log ends, every minute and at the very end', async () => {
    open('held', take, 600_000);
    await clock.advance(60_000);
    await stopAll();
    const heads = logger.lines.filter(({ message }) => message === 'audit head');
    expect(heads.map(({ fields }) => fields['sequence'])).toEqual([0, 1]);
  });

  const gone = createError('MAYFLY_STORE_LOGIN_ENDED', { store: 'vault' });

  async function stopLate(): Promise<void> {
    const stopped = stopAll();
    await settle();
    await clock.advance(4_000);
    await stopped;
  }
});
