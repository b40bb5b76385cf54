import { parseEphemeralSecret, type EphemeralSecret } from '#core/api/ephemeral-secret.ts';
import { formatRef, type StoredObject } from '#core/api/object.ts';
import { isMayflyError, type MayflyError } from '#core/errors/mayfly-error.ts';
import {
  decideSweep,
  renewalOfferMs,
  type SweepOwner,
  type SweepTime,
} from '#core/lease/decide-sweep.ts';
import { isExpired } from '#core/lease/lease-window.ts';
import type { SkewDecision } from '#core/lease/decide-skew.ts';
import type { Outcome } from '#core/ports/outcome.ts';
import type { LeasedSecret } from '#core/ports/secret-sink.ts';
import type { Instant } from '#core/ports/time.ts';
import type { ControllerParts } from '../controller-parts.ts';
import { isWhileInUse } from '../dependents.ts';
import { readSkew } from '../read-skew.ts';

/** The longest time between two sweeps, in milliseconds. */
const sweepEveryMs = 10_000;
/** A longer silence than this means that the program or its host slept. */
const sleptMs = 30_000;
const afterFailureMs = 5_000;
const shortestMs = 50;

/**
 * Deletes the Secrets whose lease is over and those whose object is gone. It looks at everything each time and depends
 * on no event, so a lost one costs a few seconds at most. Returns when to sweep next.
 */
export function createExpireReconciler(
  parts: ControllerParts,
): (signal: AbortSignal) => Promise<Outcome> {
  let awakeSince: Instant | null = null;
  let lastSweep: Instant | null = null;
  let told: SkewDecision['kind'] = 'agreed';

  return async (signal) => {
    const now = parts.clock.now();
    if (awakeSince === null || lastSweep === null || now - lastSweep > sleptMs) awakeSince = now;
    lastSweep = now;
    const { kind, certain } = readSkew(parts);
    if (kind !== told) await enqueueAll(parts);
    told = kind;
    return await sweep(parts, { now, certain, awakeSince }, signal);
  };
}

/** Every object shows the condition while the clocks are apart. */
async function enqueueAll(parts: ControllerParts): Promise<void> {
  for (const { kind, metadata } of await parts.objects.list('EphemeralSecret')) {
    parts.enqueue({ kind, namespace: metadata.namespace, name: metadata.name });
  }
}

async function sweep(
  parts: ControllerParts,
  time: SweepTime,
  signal: AbortSignal,
): Promise<Outcome> {
  const secrets = await parts.sink.listManaged();
  const objects = await parts.objects.list('EphemeralSecret');
  const owners = new Map(objects.map((object) => [object.metadata.uid, object]));
  forgetGone(parts, owners);
  parts.usage?.keep(
    new Set(objects.filter(isWhileInUse).map(({ metadata }) => metadata.namespace)),
  );
  let removed = 0;
  let failure: MayflyError | null = null;
  for (const secret of secrets.filter((one) => isOver(parts, one, { owners, time }))) {
    signal.throwIfAborted();
    const error = await tryRemove(parts, secret);
    if (error === null) removed += 1;
    failure ??= error;
  }
  return renderOutcome({ removed, failure, nextMs: decideNextMs(secrets, time) });
}

type Owners = ReadonlyMap<string, StoredObject>;

function forgetGone({ memory }: ControllerParts, owners: Owners): void {
  for (const byUid of [memory.decidedAt, memory.usage, memory.rollouts.pending]) {
    for (const uid of byUid.keys()) if (!owners.has(uid)) byUid.delete(uid);
  }
  const names = new Set([...owners.values()].map(({ metadata }) => formatRef(metadata)));
  for (const name of memory.triedAt.keys()) if (!names.has(name)) memory.triedAt.delete(name);
}

function isOver(
  parts: ControllerParts,
  { name, lease }: LeasedSecret,
  { owners, time }: { readonly owners: Owners; readonly time: SweepTime },
): boolean {
  const owner = owners.get(lease.owner.uid) ?? null;
  // Most leases run: their owners need no closer look.
  if (owner !== null && !isExpired(lease, time.certain)) return false;
  return decideSweep(lease, describeOwner(parts, owner, name), time) === 'remove';
}

function describeOwner(
  { memory }: ControllerParts,
  owner: StoredObject | null,
  name: string,
): SweepOwner {
  if (owner === null || owner.metadata.deletionTimestamp !== undefined) return { kind: 'gone' };
  const { lifetime, maxStaleMs } = readTerms(owner);
  const usage = memory.usage.get(owner.metadata.uid);
  const isUnused = usage !== undefined && !usage.states.has(name);
  if (lifetime === 'Once' || isUnused) return { kind: 'once' };
  const decidedAt = memory.decidedAt.get(owner.metadata.uid) ?? null;
  const triedAt = memory.triedAt.get(formatRef(owner.metadata)) ?? null;
  return { kind: 'continuous', decidedAt, triedAt, maxStaleMs };
}

/** Of a wrong spec nothing is believed that would prolong a lease. */
function readTerms(owner: StoredObject): Pick<EphemeralSecret, 'lifetime' | 'maxStaleMs'> {
  const parsed = parseEphemeralSecret(owner);
  return parsed.kind === 'valid' ? parsed.value : { lifetime: 'Continuous', maxStaleMs: 0 };
}

/** A lost race is no failure: the next sweep sees what became of it. */
async function tryRemove(
  parts: ControllerParts,
  secret: LeasedSecret,
): Promise<MayflyError | null> {
  try {
    await parts.sink.remove(secret, secret);
    const { kind, namespace, name } = secret.lease.owner;
    parts.enqueue({ kind, namespace, name });
    return null;
  } catch (error) {
    if (!isMayflyError(error) || error.kind === 'bug') throw error;
    return error.kind === 'conflict' ? null : error;
  }
}

/** The next end of a lease, or of the time in which renewal is offered. */
function decideNextMs(secrets: readonly LeasedSecret[], { now, awakeSince }: SweepTime): number {
  const instants = [awakeSince + renewalOfferMs, ...secrets.map(({ lease }) => lease.expiresAt)];
  const next = instants
    .filter((at) => at > now)
    .reduce((a, b) => Math.min(a, b), now + sweepEveryMs);
  return Math.max(shortestMs, next - now);
}

function renderOutcome(end: {
  readonly removed: number;
  readonly failure: MayflyError | null;
  readonly nextMs: number;
}): Outcome {
  if (end.failure !== null) {
    const { code, message } = end.failure;
    return { kind: 'refused', code, message, afterMs: Math.min(afterFailureMs, end.nextMs) };
  }
  const message = 'Secrets whose lease is over are deleted';
  const note = { reason: 'Swept', message, changed: end.removed > 0 };
  return { kind: 'again', afterMs: end.nextMs, note };
}
