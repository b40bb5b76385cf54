import { isNamespaceName, isObjectName, isSecretKey } from '#core/api/names.ts';
import { formatRef } from '#core/api/object.ts';
import { createError } from '#core/errors/mayfly-error.ts';
import type { Digest } from '#core/ports/digest.ts';
import type {
  DesiredSecret,
  LeasedSecret,
  LiveSecret,
  Precondition,
  SecretRef,
} from '#core/ports/secret-sink.ts';
import type { Clock, Random } from '#core/ports/time.ts';
import type { Steps } from '#platform/files/steps.ts';
import type { DriftTracker } from '#platform/secret-folder/track-drift.ts';
import type { RecordFolder } from '#platform/state/record-folder.ts';
import type { Serial } from '#platform/state/serial.ts';
import type { SecretRecord } from './schema.ts';
import type { SinkTarget } from './target.ts';

export interface DirectorySinkDeps {
  readonly digest: Digest;
  readonly clock: Clock;
  readonly random: Random;
  /** Told of what went wrong without a caller: a damaged record, a leftover that cannot be removed. */
  onFault(error: unknown): void;
  /** Told each step of a write; for tests that stop the program in between. */
  readonly onStep?: Steps;
}

/** What the operations of one sink share. */
export interface SinkContext {
  readonly deps: DirectorySinkDeps;
  readonly onStep: Steps;
  readonly targets: ReadonlyMap<string, SinkTarget>;
  readonly records: RecordFolder<SecretRecord>;
  /** One operation on a secret at a time. */
  readonly serial: Serial;
  /** Of the watches that run now. */
  readonly trackers: Set<DriftTracker<SecretRecord>>;
}

/** The sink of a secret; throws `MAYFLY_SINK_NAME` for names that could lead elsewhere and `MAYFLY_SINK_NONE`. */
export function findTarget(context: SinkContext, ref: SecretRef): SinkTarget {
  const { namespace, name } = ref;
  if (!isNamespaceName(namespace) || !isObjectName(name)) throw unnameable(ref);
  const target = context.targets.get(namespace);
  if (target === undefined) throw createError('MAYFLY_SINK_NONE', { namespace });
  return target;
}

export function checkKeys(desired: DesiredSecret): void {
  if (![...desired.values.keys()].every(isSecretKey)) throw unnameable(desired);
}

function unnameable(ref: SecretRef): Error {
  return createError('MAYFLY_SINK_NAME', { namespace: ref.namespace, name: ref.name });
}

/** The record of a secret as the precondition says it is, else `MAYFLY_SINK_CONFLICT`. */
export function requireRecord(
  context: SinkContext,
  ref: SecretRef,
  on: Precondition,
): SecretRecord {
  const record = context.records.get(ref);
  if (record?.uid === on.uid && String(record.revision) === on.resourceVersion) return record;
  throw conflict(ref);
}

export function conflict(ref: SecretRef): Error {
  return createError('MAYFLY_SINK_CONFLICT', { namespace: ref.namespace, name: ref.name });
}

export function renderLeased(record: SecretRecord): LeasedSecret {
  const { namespace, name, uid, revision, lease } = record;
  return { namespace, name, uid, resourceVersion: String(revision), lease };
}

/** A secret of which `digests` are live. */
export function renderLive(
  record: SecretRecord,
  digests: Readonly<Record<string, string>>,
  intact: boolean,
): LiveSecret {
  const { type, labels, annotations } = record;
  return { ...renderLeased(record), type, labels, annotations, digests, intact };
}

export function renderForeign(ref: SecretRef): LiveSecret {
  const { namespace, name } = ref;
  const nothing = { uid: '', resourceVersion: '', type: '', labels: {}, annotations: {} };
  return { namespace, name, ...nothing, lease: null, digests: {}, intact: true };
}

export async function acceptWritten(context: SinkContext, record: SecretRecord): Promise<void> {
  for (const tracker of context.trackers) await tracker.accept(record, 'written');
}

export function forgetWatched(context: SinkContext, record: SecretRecord): void {
  for (const tracker of context.trackers) tracker.forget(record);
}

/** Runs an operation on a secret when no other runs on it. */
export async function inTurn<T>(
  context: SinkContext,
  ref: SecretRef,
  action: () => Promise<T>,
): Promise<T> {
  return await context.serial(formatRef(ref), action);
}
