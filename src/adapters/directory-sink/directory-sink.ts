import { join } from 'node:path';
import type {
  LiveSecret,
  OnForeignChange,
  SecretOwner,
  SecretRef,
  SecretSink,
} from '#core/ports/secret-sink.ts';
import { createError } from '#core/errors/mayfly-error.ts';
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
import { openTarget, readTargets, type SinkEntry } from './target.ts';
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
  const onFault: typeof deps.onFault = (error) => deps.onFault(error);
  /** A power cut takes the secrets out of memory, and what their records say with them. */
  function isDurable({ namespace }: SecretRecord): boolean {
    return targets.get(namespace)?.allowDisk ?? true;
  }
  const records = await openRecordFolder({
    folder,
    parse: parseRecord,
    onFault,
    onStep,
    isDurable,
    groupOf: (record) => record.lease.owner.uid,
  });
  await cleanUp({ targets, records, onStep, onFault });
  const serial = createSerial();
  return createSink({ deps, onStep, targets, records, serial, trackers: new Set() });
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
    adopt: async ({ namespace, name }) => {
      throw createError('MAYFLY_SINK_NOT_OWNED', { namespace, name });
    },
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
  return compare(context, record, await readContent(folder, target.access));
}

function compare(context: SinkContext, record: SecretRecord, content: FolderContent): LiveSecret {
  const { values, tidy } = content;
  const digests = digestValues(context.deps.digest, record, values);
  for (const value of values.values()) value.wipe();
  const intact = tidy && isEqualRecord(digests, record.lease.digests);
  if (intact) for (const tracker of context.trackers) tracker.confirm(record);
  return renderLive(record, digests, intact);
}

async function readOwned(context: SinkContext, owner: SecretOwner): Promise<LiveSecret[]> {
  const secrets: LiveSecret[] = [];
  const records = context.records.inGroup(owner.uid);
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
  onChange: OnForeignChange,
  signal: AbortSignal,
): Promise<void> {
  if (signal.aborted) return;
  const tracker = createDriftTracker<SecretRecord>({
    clock: context.deps.clock,
    fingerprint: async (record, name) => {
      await using directory = await openTarget(findTarget(context, record));
      return await readFingerprint(directory, name);
    },
    isIntact: async (record) => (await readSecret(context, record))?.intact !== false,
    inTurn: async (record, action) => await inTurn(context, record, action),
    onDrift: ({ name, lease }) => onChange(lease.owner, { name, manager: null }),
    onFault: (error) => context.deps.onFault(error),
  });
  context.trackers.add(tracker);
  for (const ref of context.records.all()) {
    await inTurn(context, ref, async () => {
      const record = context.records.get(ref);
      if (record !== null) await tracker.accept(record, 'found');
    });
  }
  await untilAborted(signal);
  context.trackers.delete(tracker);
  tracker.close();
}
