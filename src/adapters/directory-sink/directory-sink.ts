import { join } from 'node:path';
import type { LiveSecret, SecretOwner, SecretRef, SecretSink } from '#core/ports/secret-sink.ts';
import { isEqualRecord } from '#core/drift/diff-secret.ts';
import { digestValues } from '#core/secret/value-digests.ts';
import { noSteps } from '#platform/files/steps.ts';
import { readFingerprint } from '#platform/secret-folder/fingerprint.ts';
import { findFolder } from '#platform/secret-folder/layout.ts';
import { readContent, type FolderContent } from '#platform/secret-folder/read-folder.ts';
import { createDriftTracker } from '#platform/secret-folder/track-drift.ts';
import { openRecordFolder } from '#platform/state/record-folder.ts';
import { createSerial } from '#platform/state/serial.ts';
import { untilAborted } from '#platform/time/until-aborted.ts';
import { cleanUp } from './clean-up.ts';
import {
  findTarget,
  inTurn,
  renderForeign,
  renderLeased,
  renderLive,
  type DirectorySinkDeps,
  type SinkContext,
} from './context.ts';
import { parseRecord, type SecretRecord } from './schema.ts';
import { openTarget, readTargets, type SinkEntry, type SinkTarget } from './target.ts';
import {
  applySecret,
  createSecret,
  releaseSecret,
  removeSecret,
  renewSecret,
} from './write-secret.ts';

export interface DirectorySinkOptions {
  readonly sinks: readonly SinkEntry[];
  /** A folder of Mayfly's own that survives restarts; holds no plaintext. */
  readonly stateFolder: string;
}

/**
 * Opens the {@link SecretSink} that writes secrets as folders of files, see readme.md. First it removes what a killed
 * process left and the secrets of sinks that are no longer configured. Throws `MAYFLY_SINK_DUPLICATE` and
 * `MAYFLY_SINK_ACCOUNT` for a wrong configuration.
 */
export async function openDirectorySink(
  deps: DirectorySinkDeps,
  options: DirectorySinkOptions,
): Promise<SecretSink> {
  const onStep = deps.onStep ?? noSteps;
  const targets = await readTargets(options.sinks);
  const folder = join(options.stateFolder, 'sinks');
  function onFault(error: unknown): void {
    deps.onFault(error);
  }
  const records = await openRecordFolder({ folder, parse: parseRecord, onFault, onStep });
  await cleanUp({ targets, records, onStep, onFault });
  return createSink({
    deps,
    onStep,
    targets,
    records,
    serial: createSerial(),
    trackers: new Set(),
  });
}

function createSink(context: SinkContext): SecretSink {
  return {
    read: async (ref) => await inTurn(context, ref, async () => await readSecret(context, ref)),
    readOwned: async (owner) => await readOwned(context, owner),
    listManaged: async () => context.records.all().map(renderLeased),
    create: async (desired, lease) =>
      await inTurn(context, desired, async () => await createSecret(context, desired, lease)),
    apply: async (desired, lease, on) =>
      await inTurn(
        context,
        desired,
        async () => await applySecret(context, { desired, lease }, on),
      ),
    renew: async (ref, lease, on) =>
      await inTurn(context, ref, async () => await renewSecret(context, { ref, lease }, on)),
    remove: async (ref, on) =>
      await inTurn(context, ref, async () => await removeSecret(context, ref, on)),
    release: async (ref, on) =>
      await inTurn(context, ref, async () => await releaseSecret(context, ref, on)),
    watch: async (onChange, signal) => await watchSecrets(context, onChange, signal),
  };
}

async function readSecret(context: SinkContext, ref: SecretRef): Promise<LiveSecret | null> {
  const target = findTarget(context, ref);
  const record = context.records.get(ref);
  if (record !== null && [...context.trackers].some((tracker) => tracker.isUntouched(record))) {
    return renderLive(record, record.lease.digests, true);
  }
  await using directory = await openTarget(target);
  const found = await findFolder(directory, ref.name, record);
  if (found.kind === 'none') return null;
  if (found.kind === 'foreign' || record === null) return renderForeign(ref);
  await using folder = found.folder;
  return compareContent(context, record, await readContent(folder, target.access));
}

function compareContent(
  context: SinkContext,
  record: SecretRecord,
  { values, tidy }: FolderContent,
): LiveSecret {
  const digests = digestValues(context.deps.digest, record, values);
  for (const value of values.values()) value.wipe();
  const intact = tidy && isEqualRecord(digests, record.lease.digests);
  if (intact) for (const tracker of context.trackers) tracker.confirm(record);
  return renderLive(record, digests, intact);
}

async function readOwned(context: SinkContext, owner: SecretOwner): Promise<LiveSecret[]> {
  const secrets: LiveSecret[] = [];
  const records = context.records.all().filter((r) => r.lease.owner.uid === owner.uid);
  if (records.length > 0)
    await (await openTarget(findTarget(context, owner)))[Symbol.asyncDispose]();
  for (const record of records) {
    const live = await inTurn(context, record, async () => await readSecret(context, record));
    if (live !== null && live.lease !== null) secrets.push(live);
  }
  return secrets;
}

async function watchSecrets(
  context: SinkContext,
  onChange: (owner: SecretOwner) => void,
  signal: AbortSignal,
): Promise<void> {
  if (signal.aborted) return;
  const tracker = createDriftTracker<SecretRecord>({
    clock: context.deps.clock,
    fingerprint: async (record) => await fingerprintOf(context, record),
    inTurn: async (record, action) => await inTurn(context, record, action),
    onDrift: (record) => onChange(record.lease.owner),
    onFault: (error) => context.deps.onFault(error),
  });
  context.trackers.add(tracker);
  for (const ref of context.records.all()) {
    await inTurn(context, ref, async () => {
      const record = context.records.get(ref);
      // A fault of one, such as a directory that is not there yet, must not stop the others from being watched.
      if (record !== null) await tracker.accept(record, 'found').catch(context.deps.onFault);
    });
  }
  await untilAborted(signal);
  context.trackers.delete(tracker);
  tracker.close();
}

async function fingerprintOf(context: SinkContext, ref: SecretRef): Promise<string> {
  const target: SinkTarget = findTarget(context, ref);
  await using directory = await openTarget(target);
  return await readFingerprint(directory, ref.name);
}
