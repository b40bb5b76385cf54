import { createError, isMayflyError } from '#core/errors/mayfly-error.ts';
import type {
  DesiredSecret,
  LeasedSecret,
  LiveSecret,
  Precondition,
  SecretLease,
  SecretRef,
} from '#core/ports/secret-sink.ts';
import { openDirectory, type HeldDirectory } from '#platform/folders/held-directory.ts';
import { findFolder, versionOf } from '#platform/secret-folder/layout.ts';
import {
  createFolder,
  removeFolder,
  removeMarker,
  replaceContent,
  type FolderWrite,
} from '#platform/secret-folder/write-folder.ts';
import {
  acceptWritten,
  checkKeys,
  conflict,
  findTarget,
  forgetWatched,
  renderLeased,
  renderLive,
  requireRecord,
  type SinkContext,
} from './context.ts';

import type { SecretRecord } from './schema.ts';
import { openTarget, refuseDisk, type SinkTarget } from './target.ts';

/**
 * The record comes first: it is what makes a folder ours. A stop in between leaves a record without a folder, which
 * counts as removed, and a folder in the making, which the next start removes.
 */
export async function createSecret(
  context: SinkContext,
  desired: DesiredSecret,
  lease: SecretLease,
): Promise<LiveSecret> {
  const target = findTarget(context, desired);
  checkKeys(desired);
  await using directory = await openTarget(target);
  await refuseDisk(target);
  await refuseTaken(context, directory, desired);
  const record = createRecord(context, desired, { target, lease });
  await context.records.write(record);
  await createOrForget(context, directory, { record, desired });
  return renderLive(record, lease.digests, true);
}

async function createOrForget(
  context: SinkContext,
  directory: HeldDirectory,
  { record, desired }: { readonly record: SecretRecord; readonly desired: DesiredSecret },
): Promise<void> {
  const write = folderWrite(context, record, desired);
  try {
    await createFolder(directory, desired.name, {
      ...write,
      onWhole: async (staging) => {
        for (const tracker of context.trackers) await tracker.acceptMade(record, staging);
      },
    });
  } catch (error) {
    forgetWatched(context, record);
    if (isMayflyError(error)) await context.records.delete(record);
    throw error;
  }
}

async function refuseTaken(
  context: SinkContext,
  directory: HeldDirectory,
  ref: SecretRef,
): Promise<void> {
  const { namespace, name } = ref;
  const found = await findFolder(directory, name, context.records.get(ref));
  if (found.kind === 'none') return;
  if (found.kind === 'foreign') throw createError('MAYFLY_SINK_NOT_OWNED', { namespace, name });
  await found.folder[Symbol.asyncDispose]();
  throw conflict(ref);
}

interface RecordParts {
  readonly target: SinkTarget;
  readonly lease: SecretLease;
}

function createRecord(
  context: SinkContext,
  desired: DesiredSecret,
  parts: RecordParts,
): SecretRecord {
  const { random } = context.deps;
  const { namespace, name, type, labels, annotations } = desired;
  return {
    namespace,
    name,
    uid: random.uuid(),
    revision: 1,
    directory: parts.target.directory,
    version: versionOf(random.uuid()),
    type,
    labels,
    annotations,
    lease: parts.lease,
  };
}

/**
 * The content comes first: after a stop in between, the old lease, which ends sooner, holds for the new content, and
 * the digests tell that the two do not fit.
 */
export async function applySecret(
  context: SinkContext,
  change: { readonly desired: DesiredSecret; readonly lease: SecretLease },
  on: Precondition,
): Promise<LiveSecret> {
  const { desired, lease } = change;
  const target = findTarget(context, desired);
  checkKeys(desired);
  const before = requireRecord(context, desired, on);
  await refuseDisk(target);
  await using folder = await openOwn(target, before);
  const record: SecretRecord = {
    ...createRecord(context, desired, { target, lease }),
    uid: before.uid,
    revision: before.revision + 1,
  };
  for (const tracker of context.trackers) tracker.doubt(before);
  await replaceContent(folder, folderWrite(context, record, desired));
  await context.records.write(record);
  await acceptWritten(context, record);
  return renderLive(record, lease.digests, true);
}

export async function renewSecret(
  context: SinkContext,
  change: { readonly ref: SecretRef; readonly lease: SecretLease },
  on: Precondition,
): Promise<LeasedSecret> {
  const target = findTarget(context, change.ref);
  const before = requireRecord(context, change.ref, on);
  const folder = await openOwn(target, before);
  await folder[Symbol.asyncDispose]();
  const record = { ...before, revision: before.revision + 1, lease: change.lease };
  await context.records.write(record);
  return renderLeased(record);
}

export async function removeSecret(
  context: SinkContext,
  ref: SecretRef,
  on: Precondition,
): Promise<void> {
  findTarget(context, ref);
  if (context.records.get(ref) === null) return;
  const record = requireRecord(context, ref, on);
  await using directory = await openDirectory(record.directory);
  forgetWatched(context, record);
  if (directory !== null) {
    const found = await findFolder(directory, ref.name, record);
    if (found.kind === 'ours') {
      await found.folder[Symbol.asyncDispose]();
      await removeFolder(directory, record, context.onStep);
    }
  }
  await context.records.delete(ref);
}

export async function releaseSecret(
  context: SinkContext,
  ref: SecretRef,
  on: Precondition,
): Promise<void> {
  const target = findTarget(context, ref);
  const record = requireRecord(context, ref, on);
  await using folder = await openOwn(target, record);
  forgetWatched(context, record);
  await context.records.delete(ref);
  await removeMarker(folder, context.onStep);
}

async function openOwn(target: SinkTarget, record: SecretRecord): Promise<HeldDirectory> {
  await using directory = await openTarget(target);
  const found = await findFolder(directory, record.name, record);
  if (found.kind === 'ours') return found.folder;
  throw conflict(record);
}

function folderWrite(
  context: SinkContext,
  record: SecretRecord,
  desired: DesiredSecret,
): FolderWrite {
  const { access, allowDisk } = findTarget(context, record);
  const { onStep } = context;
  return { claim: record, values: desired.values, access, durable: allowDisk, onStep };
}
