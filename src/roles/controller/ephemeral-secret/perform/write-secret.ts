import { diffSecret, isEqualRecord, type SecretDiff } from '#core/drift/diff-secret.ts';
import { createError, isMayflyError } from '#core/errors/mayfly-error.ts';
import type { HeldLease } from '#core/lease/decide-lease.ts';
import { decideWindow } from '#core/lease/decide-window.ts';
import type { DesiredSecret, LiveSecret, SecretLease } from '#core/ports/secret-sink.ts';
import { digestValues } from '#core/secret/value-digests.ts';
import type { OpenUnit } from './open-unit.ts';
import type { Pass } from '../pass.ts';

/** Brings one Secret to what its file says, under the lease it may have now; without one nothing is written. */
export async function writeSecret(
  pass: Pass,
  opened: OpenUnit,
  secret: DesiredSecret,
): Promise<void> {
  const { live, parts } = pass;
  const desired = { ...secret, ...pass.writer };
  const known = live.get(desired.name) ?? null;
  const window = await findWindow(pass, desired.name);
  if (window === null) return;
  const lease = renderLease(pass, opened, { desired, window });
  try {
    await put(pass, { desired, lease, live: known });
  } catch (error) {
    if (known !== null || !isInTheWay(error)) throw error;
    // Created blindly, because that is one call for each of a thousand: now look at what is there.
    const found = await parts.sink.read(desired);
    if (found === null) throw error;
    await put(pass, { desired, lease, live: found });
  }
}

function isInTheWay(error: unknown): boolean {
  if (!isMayflyError(error)) return false;
  return error.code === 'MAYFLY_SINK_NOT_OWNED' || error.code === 'MAYFLY_SINK_CONFLICT';
}

async function findWindow(pass: Pass, name: string): Promise<HeldLease | null> {
  const { standing, terms, now } = pass.input;
  const issued = await pass.issue();
  return decideWindow(standing.event, terms, { now, held: findHeld(pass, name), issued });
}

/** The lease that the Secret has, or had when it was removed by hand. */
function findHeld({ live, vanished, input }: Pass, name: string): HeldLease | null {
  const known = live.get(name);
  if (known !== undefined) return known.lease;
  const row = vanished.get(name);
  if (row === undefined) return null;
  const { event } = input.standing;
  const verifiedAt = event.kind === 'unreachable' ? (event.verifiedAt ?? 0) : 0;
  return { issuedAt: input.now, expiresAt: Date.parse(row.expiresAt), verifiedAt };
}

function renderLease(
  { input, listing, live, vanished, parts }: Pass,
  { unit, secrets, modifiedAt }: OpenUnit,
  { desired, window }: { readonly desired: DesiredSecret; readonly window: HeldLease },
): SecretLease {
  const before = live.get(desired.name)?.lease ?? null;
  const row = vanished.get(desired.name);
  const last = [before, row].find((known) => known?.origin === unit.origin);
  return {
    expiresAt: window.expiresAt,
    issuedAt: window.issuedAt,
    verifiedAt: window.verifiedAt,
    revision: last?.revision ?? listing?.commit ?? '',
    owner: input.owner,
    path: unit.path,
    modifiedAt,
    origin: unit.origin,
    siblings: secrets.length,
    digests: digestValues(parts.digest, desired, desired.values),
  };
}

interface Write {
  readonly desired: DesiredSecret;
  readonly lease: SecretLease;
  readonly live: LiveSecret | null;
}

async function put(pass: Pass, write: Write): Promise<void> {
  const { input, vanished, record } = pass;
  const { desired, lease, live } = write;
  const knownUid = vanished.get(desired.name)?.uid ?? null;
  const { owner, spec } = input;
  const ownership = { ownerUid: owner.uid, knownUid, rule: spec.ownership };
  const shape = { ...desired, digests: lease.digests };
  const diff = diffSecret(shape, live, { ownership, relet: !isSameLease(live?.lease, lease) });
  const uid = await perform(pass, diff, write);
  if (diff.kind === 'leave') return;
  const isReplaced = live === null || !isEqualRecord(live.digests, lease.digests);
  record.keep({ name: desired.name, uid, lease }, isReplaced ? 'content' : 'lease');
}

async function perform(
  { parts: { sink } }: Pass,
  diff: SecretDiff,
  { desired, lease }: Write,
): Promise<string> {
  const { namespace, name } = desired;
  switch (diff.kind) {
    case 'create':
      return (await sink.create(desired, lease)).uid;
    case 'apply':
      return (await sink.apply(desired, lease, diff.live)).uid;
    case 'adopt':
      return (await sink.adopt(desired, lease, diff.live)).uid;
    case 'renew':
      return (await sink.renew(desired, lease, diff.live)).uid;
    case 'refuse':
      throw createError('MAYFLY_SINK_NOT_OWNED', { namespace, name });
    default:
      return '';
  }
}

function isSameLease(before: SecretLease | null | undefined, after: SecretLease): boolean {
  if (before === null || before === undefined) return false;
  const fields = [
    'expiresAt',
    'issuedAt',
    'verifiedAt',
    'revision',
    'path',
    'modifiedAt',
    'origin',
    'siblings',
  ] as const;
  return fields.every((field) => before[field] === after[field]);
}
