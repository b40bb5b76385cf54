import {
  chmodSync,
  chownSync,
  closeSync,
  constants,
  fchmodSync,
  fchownSync,
  mkdirSync,
  openSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { open, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { createError, isMayflyError } from '#core/errors/mayfly-error.ts';
import type { SecretBytes } from '#core/secret/secret-bytes.ts';
import type { FileOwner } from '#platform/files/write-file-atomically.ts';
import type { Steps } from '#platform/files/steps.ts';
import { readErrno } from '#platform/files/system-error.ts';
import type { HeldDirectory } from '#platform/folders/held-directory.ts';
import {
  keyTarget,
  layout,
  readCurrent,
  readLink,
  stagingOf,
  type FolderAccess,
  type FolderClaim,
} from './layout.ts';

export interface FolderWrite {
  readonly claim: FolderClaim;
  /** Keys must be checked: each names a file. */
  readonly values: ReadonlyMap<string, SecretBytes>;
  readonly access: FolderAccess;
  /** Whether the folder is on a disk, where the content shall also survive a power cut. */
  readonly durable: boolean;
  readonly onStep: Steps;
}

const createFlags =
  constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL | constants.O_NOFOLLOW;

export interface FolderCreation extends FolderWrite {
  /** Called with the name that the folder has before it is moved to its place, once nothing else is left to do. */
  onWhole?(staging: string): Promise<void>;
}

/**
 * Makes the folder of a secret beside its place and moves it there whole. Calls that only make names or set access
 * wait for the system in this thread, see {@link HeldDirectory}; on a disk, a rename may wait for other writes.
 */
export async function createFolder(
  directory: HeldDirectory,
  name: string,
  write: FolderCreation,
): Promise<void> {
  const { claim, onStep } = write;
  const staging = stagingOf(claim.uid);
  try {
    mkdirSync(directory.path(staging), 0o700);
    onStep('folder-made');
    await fillStaging(directory, write);
    await write.onWhole?.(staging);
    await rename(directory.path(staging), directory.path(name));
    onStep('folder-moved');
  } catch (cause) {
    const failure = nameFailure(cause, join(directory.shown, name));
    if (isMayflyError(failure)) await rm(directory.path(staging), { recursive: true, force: true });
    throw failure;
  }
}

async function fillStaging(directory: HeldDirectory, write: FolderWrite): Promise<void> {
  await using folder = await directory.enter(stagingOf(write.claim.uid));
  if (folder === null) throw vanished(directory);
  await writeMarker(folder, write);
  await writeVersion(folder, write);
  symlinkSync(write.claim.version, folder.path(layout.current));
  write.onStep('data-linked');
  linkFirstKeys(folder, write);
  setAccess(folder.path('.'), write.access.folderMode, write.access.folderOwner);
  write.onStep('folder-access-set');
}

/**
 * Replaces the content of a secret's folder as the kubelet does: a new version beside the old one, one rename of
 * `..data`, then the links of new keys, and at last everything that does not belong there is removed.
 */
export async function replaceContent(folder: HeldDirectory, write: FolderWrite): Promise<void> {
  try {
    // First of all: once the data are swapped, the marker alone says until the record is written that this is ours.
    await writeMarker(folder, write);
    await writeVersion(folder, write);
    await removeAny(folder, layout.nextLink);
    symlinkSync(write.claim.version, folder.path(layout.nextLink));
    write.onStep('next-linked');
    await swapLink(folder, layout.nextLink, layout.current);
    write.onStep('data-swapped');
    await linkKeys(folder, write);
    await removeForeign(folder, new Set([...write.values.keys(), write.claim.version]));
    write.onStep('old-removed');
    setAccess(folder.path('.'), write.access.folderMode, write.access.folderOwner);
    write.onStep('folder-access-set');
  } catch (cause) {
    const failure = nameFailure(cause, folder.shown);
    if (isMayflyError(failure)) await removeUnlinked(folder, write.claim.version);
    throw failure;
  }
}

/** What could not be written whole must not lie about. */
async function removeUnlinked(folder: HeldDirectory, version: string): Promise<void> {
  if ((await readCurrent(folder)) === version) return;
  await rm(folder.path(version), { recursive: true, force: true });
}

/** Takes a folder out of the readers' sight at one instant, then removes it. */
export async function removeFolder(
  directory: HeldDirectory,
  secret: { readonly name: string; readonly uid: string },
  onStep: Steps,
): Promise<void> {
  const staging = directory.path(stagingOf(secret.uid));
  await rename(directory.path(secret.name), staging);
  onStep('folder-hidden');
  await rm(staging, { recursive: true, force: true });
  onStep('folder-removed');
}

/** Removes everything from a secret's folder but Mayfly's own entries and those to keep. */
export async function removeForeign(
  folder: HeldDirectory,
  keep: ReadonlySet<string>,
): Promise<void> {
  for (const name of await folder.names()) {
    if (keep.has(name) || name === layout.current || name === layout.marker) continue;
    await rm(folder.path(name), { recursive: true, force: true });
  }
}

export async function removeMarker(folder: HeldDirectory, onStep: Steps): Promise<void> {
  await rm(folder.path(layout.marker), { force: true });
  onStep('marker-removed');
}

/** At no moment is there none: a program that is killed now must know its folder again. */
async function writeMarker(folder: HeldDirectory, write: FolderWrite): Promise<void> {
  const next = folder.path(layout.nextMarker);
  await removeAny(folder, layout.nextMarker);
  writeFileSync(next, write.claim.uid, { flag: 'wx', mode: 0o400 });
  write.onStep('marker-made');
  await swapLink(folder, layout.nextMarker, layout.marker);
  write.onStep('marker-written');
}

async function writeVersion(folder: HeldDirectory, write: FolderWrite): Promise<void> {
  const { claim, access, onStep } = write;
  mkdirSync(folder.path(claim.version), 0o700);
  onStep('version-made');
  await using version = await folder.enter(claim.version);
  if (version === null) throw vanished(folder);
  for (const [key, value] of write.values) {
    await writeValue(version.path(key), value, write);
    onStep('value-written');
  }
  setAccess(version.path('.'), access.folderMode, access.folderOwner);
  onStep('version-access-set');
}

async function writeValue(path: string, value: SecretBytes, write: FolderWrite): Promise<void> {
  if (!write.durable) {
    writeValueInMemory(path, value, write);
    return;
  }
  await using file = await open(path, createFlags, 0o600);
  await file.writeFile(value.expose());
  // The mode first: once the file is given away, only its new owner may change it.
  await file.chmod(write.access.fileMode);
  await file.chown(write.access.fileOwner.uid, write.access.fileOwner.gid);
  await file.sync();
}

/** Memory answers at once: a thread that waits for it costs ten times what the calls do. */
function writeValueInMemory(path: string, value: SecretBytes, { access }: FolderWrite): void {
  const file = openSync(path, createFlags, 0o600);
  try {
    writeFileSync(file, value.expose());
    fchmodSync(file, access.fileMode);
    fchownSync(file, access.fileOwner.uid, access.fileOwner.gid);
  } finally {
    closeSync(file);
  }
}

/** The links of a folder that nobody has seen yet. */
function linkFirstKeys(folder: HeldDirectory, write: FolderWrite): void {
  for (const key of write.values.keys()) {
    symlinkSync(keyTarget(key), folder.path(key));
    write.onStep('key-linked');
  }
}

async function linkKeys(folder: HeldDirectory, write: FolderWrite): Promise<void> {
  for (const key of write.values.keys()) {
    if ((await readLink(folder, key)) === keyTarget(key)) continue;
    await removeAny(folder, layout.keyLink);
    symlinkSync(keyTarget(key), folder.path(layout.keyLink));
    await swapLink(folder, layout.keyLink, key);
    write.onStep('key-linked');
  }
}

async function removeAny(folder: HeldDirectory, name: string): Promise<void> {
  if ((await folder.stat(name)) === null) return;
  await rm(folder.path(name), { recursive: true, force: true });
}

/** A rename replaces files and links; a folder that somebody put in the way is removed first. */
async function swapLink(folder: HeldDirectory, from: string, to: string): Promise<void> {
  const inTheWay = await folder.stat(to);
  if (inTheWay?.isDirectory() === true) await rm(folder.path(to), { recursive: true });
  await rename(folder.path(from), folder.path(to));
}

function setAccess(path: string, mode: number, owner: FileOwner): void {
  chmodSync(path, mode);
  chownSync(path, owner.uid, owner.gid);
}

/** A stop that a test injects must arrive as it is: only failures of the system are renamed. */
function nameFailure(cause: unknown, path: string): unknown {
  const reason = readErrno(cause);
  if (isMayflyError(cause) || reason === 'unknown') return cause;
  if (reason === 'EPERM') return createError('MAYFLY_SINK_OWNER_REFUSED', { path }, { cause });
  return createError('MAYFLY_FILE_WRITE_FAILED', { path, reason }, { cause });
}

function vanished(directory: HeldDirectory): Error {
  return createError('MAYFLY_FILE_WRITE_FAILED', { path: directory.shown, reason: 'ENOENT' });
}
