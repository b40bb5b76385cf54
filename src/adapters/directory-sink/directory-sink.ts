import { join } from 'node:path';
import type { LiveSecret, SecretOwner, SecretRef, SecretSink } from '#core/ports/secret-sink.ts';
import { digestValues } from '#core/secret/value-digests.ts';
import { noSteps } from '#platform/files/steps.ts';
import { readFingerprint } from '#platform/secret-folder/fingerprint.ts';
import { findFolder } from '#platform/secret-folder/layout.ts';
import { readContent } from '#platform/secret-folder/read-folder.ts';
import { createDriftTracker } from '#platform/secret-folder/track-drift.ts';
import { openRecordFolder } from '#platform/state/record-folder.ts';
import { createSerial } from '#platform/state/serial.ts';
import { untilAborted } from '#platform/time/until-aborted.ts';
import { cleanUp } from './clean-up.ts';
import {
  acceptWritten,
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
  await using directory = await openTarget(target);
  const record = context.records.get(ref);
  const found = await findFolder(directory, ref.name, record);
  if (found.kind === 'none') return null;
  if (found.kind === 'foreign' || record === null) return renderForeign(ref);
  await using folder = found.folder;
  const { values, tidy } = await readContent(folder, target.access);
  const digests = digestValues(context.deps.digest, ref, values);
  for (const value of values.values()) value.wipe();
  return renderLive(record, digests, tidy && areEqual(digests, record.lease.digests));
}

function areEqual(
  left: Readonly<Record<string, string>>,
  right: Readonly<Record<string, string>>,
): boolean {
  const keys = Object.keys(left);
  if (keys.length !== Object.keys(right).length) return false;
  return keys.every((key) => left[key] === right[key]);
}

async function readOwned(context: SinkContext, owner: SecretOwner): Promise<LiveSecret[]> {
  const secrets: LiveSecret[] = [];
  const records = context.records.all().filter((r) => r.lease.owner.uid === owner.uid);
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
  for (const record of context.records.all()) {
    await inTurn(context, record, async () => await acceptAgain(context, record));
  }
  await untilAborted(signal);
  context.trackers.delete(tracker);
  tracker.close();
}

/** A fault of one secret, such as a directory that is not there yet, must not stop the others from being watched. */
async function acceptAgain(context: SinkContext, ref: SecretRef): Promise<void> {
  const record = context.records.get(ref);
  if (record === null) return;
  await acceptWritten(context, record).catch((error: unknown) => context.deps.onFault(error));
}

async function fingerprintOf(context: SinkContext, ref: SecretRef): Promise<string> {
  const target: SinkTarget = findTarget(context, ref);
  await using directory = await openTarget(target);
  return await readFingerprint(directory, ref.name);
}
