import { codeOf, isMayflyError } from '../../errors/mayfly-error.ts';
import type { AuditEvent } from '../../ports/broker/audit-log.ts';
import type { BrokerLease, LeaseEnding, StoreEnd } from '../books/lease-book.ts';
import type { BrokerParts } from '../broker-parts.ts';

type Parts = Pick<BrokerParts, 'leases' | 'audit' | 'random' | 'clock'>;

/** An end that a store did not answer is tried again so often, for so long. */
const [retryMs, longestMs] = [10_000, 10 * 60_000];
/** Ends at a time, whatever there is to end. */
const lanes = 100;

/** Ends leases before their time; what stores do not answer is tried again by {@link endOverdue}. */
export async function endLeases(
  parts: Parts,
  isWanted: (lease: BrokerLease) => boolean,
  signal: AbortSignal,
): Promise<void> {
  await endAll(parts, begin(parts, isWanted), { signal, isLast: false });
}

/** Ends what is over, and tries again what stores did not answer. One that is slow holds up nobody who asks anew. */
export async function endOverdue(parts: Parts, signal: AbortSignal): Promise<void> {
  const now = parts.clock.now();
  const over = begin(parts, ({ expiresAt }) => expiresAt <= now);
  const again = parts.leases.postponed.take(({ retryAt }) => retryAt <= now);
  await endAll(parts, [...over, ...again], { signal, isLast: false });
}

/** Ends all that holds something at a store, at the end of the process: nothing is tried again. */
export async function endEverything(parts: Parts, signal: AbortSignal): Promise<void> {
  const all = [...begin(parts, () => true), ...parts.leases.postponed.take(() => true)];
  await endAll(parts, all, { signal, isLast: true });
}

/** Ends one that was taken out of the book; `id` is that of its record. */
export async function endLease(
  parts: Parts,
  { id, lease }: Pick<LeaseEnding, 'id' | 'lease'>,
  signal: AbortSignal,
): Promise<void> {
  const now = parts.clock.now();
  const ending = { id, lease, since: now, retryAt: now, failures: [] };
  await tryEnding(parts, ending, { signal, isLast: false });
}

function begin(
  { leases, clock, random }: Parts,
  isWanted: (lease: BrokerLease) => boolean,
): readonly LeaseEnding[] {
  const now = clock.now();
  return leases
    .takeHolding(isWanted)
    .map((lease) => ({ id: random.uuid(), lease, since: now, retryAt: now, failures: [] }));
}

interface Trying {
  readonly signal: AbortSignal;
  readonly isLast: boolean;
}

/** Each whatever becomes of the others; throws the first failure to record one. */
async function endAll(
  parts: Parts,
  endings: readonly LeaseEnding[],
  trying: Trying,
): Promise<void> {
  const failures: unknown[] = [];
  const left = endings.values();
  async function work(): Promise<void> {
    for (const ending of left) {
      await tryEnding(parts, ending, trying).catch((error: unknown) => failures.push(error));
    }
  }
  await Promise.all(Array.from({ length: Math.min(lanes, endings.length) }, work));
  if (failures.length > 0) throw failures[0];
}

/** Recorded once, when it is known how it ends. */
async function tryEnding(
  { leases, audit, clock }: Parts,
  ending: LeaseEnding,
  { signal, isLast }: Trying,
): Promise<void> {
  const { id, lease, since } = ending;
  const next = clock.now() + retryMs;
  function isAgain({ endsAt }: StoreEnd): boolean {
    return !isLast && next <= Math.min(since + longestMs, endsAt);
  }
  const failed = await tryEnds(lease.ends, { signal, isAgain });
  const left = failed.filter(({ end, reason }) => isAgain(end) && !isRefusal(reason));
  const told = failed.filter((each) => !left.includes(each)).map(({ reason }) => codeOf(reason));
  const failures = [...ending.failures, ...told];
  if (left.length > 0) {
    const rest = { ...lease, ends: left.map(({ end }) => end) };
    leases.postponed.add({ id, lease: rest, since, retryAt: next, failures });
    return;
  }
  leases.letGo(lease.id);
  await audit.append({ id, event: 'lease-end', fields: { ...nameLease(lease), failures } });
}

interface Failed {
  readonly end: StoreEnd;
  readonly reason: unknown;
}

interface TryingEnds {
  readonly signal: AbortSignal;
  readonly isAgain: (end: StoreEnd) => boolean;
}

async function tryEnds(
  ends: readonly StoreEnd[],
  { signal, isAgain }: TryingEnds,
): Promise<readonly Failed[]> {
  const tries = ends.map(async (end) => {
    const again = isAgain(end);
    return await end.end(signal, { again }).then(
      () => [],
      (reason: unknown) => [{ end, reason }],
    );
  });
  return (await Promise.all(tries)).flat();
}

/** What will not be otherwise when it is asked again. */
function isRefusal(reason: unknown): boolean {
  if (!isMayflyError(reason)) return false;
  return reason.kind !== 'unavailable' || reason.code === 'MAYFLY_STORE_LOGIN_ENDED';
}

/** Gives back what was opened for values that do not leave; what fails the store ends by itself. */
export async function endAtStores(ends: readonly StoreEnd[]): Promise<void> {
  await tryEnds(ends, { signal: new AbortController().signal, isAgain: () => false });
}

/** As the audit log has it. */
export function nameLease(lease: BrokerLease): AuditEvent['fields'] {
  const { id, policy, issuer, subject, references } = lease;
  return { issuer, subject, lease: id, policy, references };
}
