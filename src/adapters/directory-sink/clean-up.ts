import { rm } from 'node:fs/promises';
import type { Steps } from '#platform/files/steps.ts';
import { openDirectory, type HeldDirectory } from '#platform/folders/held-directory.ts';
import { findFolder, isStaging, readCurrent } from '#platform/secret-folder/layout.ts';
import { removeFolder, removeForeign } from '#platform/secret-folder/write-folder.ts';
import type { RecordFolder } from '#platform/state/record-folder.ts';
import type { SecretRecord } from './schema.ts';
import { openTarget, type SinkTarget } from './target.ts';

export interface CleanUpDeps {
  readonly targets: ReadonlyMap<string, SinkTarget>;
  readonly records: RecordFolder<SecretRecord>;
  readonly onStep: Steps;
  onFault(error: unknown): void;
}

/**
 * Brings the directories in order after a start: removes what interrupted writes left, secrets of sinks that the
 * configuration no longer has, and records of secrets that are gone. One fault does not stop the rest.
 */
export async function cleanUp(deps: CleanUpDeps): Promise<void> {
  for (const target of deps.targets.values()) {
    await cleanDirectory(target, deps).catch((error: unknown) => deps.onFault(error));
  }
  for (const record of deps.records.all()) {
    await cleanSecret(record, deps).catch((error: unknown) => deps.onFault(error));
  }
}

async function cleanDirectory(target: SinkTarget, deps: CleanUpDeps): Promise<void> {
  await using directory = await openTarget(target);
  for (const name of (await directory.names()).filter(isStaging)) {
    const stats = await directory.stat(name);
    if (stats?.uid !== BigInt(target.access.folderOwner.uid)) continue;
    await rm(directory.path(name), { recursive: true, force: true });
    deps.onStep('leftover-removed');
  }
}

/** While its directory is missing, perhaps not mounted yet, a record is all that is known of a secret: it stays. */
async function cleanSecret(record: SecretRecord, deps: CleanUpDeps): Promise<void> {
  await using directory = await openDirectory(record.directory);
  if (directory === null) return;
  const found = await findFolder(directory, record.name, record);
  if (found.kind !== 'ours') {
    await deps.records.delete(record);
    return;
  }
  await using folder = found.folder;
  if (deps.targets.get(record.namespace)?.directory === record.directory) {
    await removeOldVersions(folder);
    return;
  }
  await removeFolder(directory, record, deps.onStep);
  await deps.records.delete(record);
}

/** A killed write may have left the plaintext of a version that nothing leads to. */
async function removeOldVersions(folder: HeldDirectory): Promise<void> {
  const current = await readCurrent(folder);
  const visible = (await folder.names()).filter((name) => !name.startsWith('..'));
  await removeForeign(folder, new Set([...visible, current ?? '']));
}
