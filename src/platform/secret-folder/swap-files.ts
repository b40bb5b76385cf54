import { randomUUID } from 'node:crypto';
import {
  chmodSync,
  closeSync,
  constants,
  fchmodSync,
  lstatSync,
  mkdirSync,
  openSync,
  readdirSync,
  readlinkSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { createError, isMayflyError } from '#core/errors/mayfly-error.ts';
import type { SecretBytes } from '#core/secret/secret-bytes.ts';
import { noSteps, type Steps } from '#platform/files/steps.ts';
import { joinSafely } from '#platform/files/safe-path.ts';
import { readErrno } from '#platform/files/system-error.ts';

/** A file as it is to be. */
export interface NewFile {
  /** Relative, below the folder. */
  readonly path: string;
  readonly bytes: SecretBytes;
  /** Exactly these permission bits, whatever the umask. */
  readonly mode: number;
}

const current = '..data';
const nextLink = '..data_tmp';
const versionPrefix = '..v-';
const folderMode = 0o755;
const setGroup = 0o2000;
const createFlags =
  constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL | constants.O_NOFOLLOW;

/**
 * Replaces all files of a folder as the kubelet does: a new version beside the old one, then one rename of the link
 * `..data`, behind which every file is. A reader finds the old files or the new ones, each whole. The old version
 * stays for those who are on their way to it: see {@link removeOldVersions}. Throws `MAYFLY_FILE_WRITE_FAILED`; then
 * the old files stand as they were.
 */
export function swapFiles(
  folder: string,
  files: readonly NewFile[],
  onStep: Steps = noSteps,
): void {
  const version = `${versionPrefix}${randomUUID()}`;
  try {
    writeVersion(folder, join(folder, version), files);
    onStep('version-written');
    rmSync(join(folder, nextLink), { force: true });
    symlinkSync(version, join(folder, nextLink));
    onStep('next-linked');
    renameSync(join(folder, nextLink), join(folder, current));
    onStep('swapped');
    linkNames(folder, files);
    onStep('names-linked');
  } catch (cause) {
    const failure = nameFailure(cause, folder);
    if (isMayflyError(failure) && readCurrent(folder) !== version) {
      rmSync(join(folder, version), { recursive: true, force: true });
    }
    throw failure;
  }
}

/**
 * Removes every version but the one in use, names that lead nowhere, and what a swap that was killed left behind.
 * Throws `MAYFLY_FILE_WRITE_FAILED`.
 */
export function removeOldVersions(folder: string): void {
  try {
    const used = readCurrent(folder);
    rmSync(join(folder, nextLink), { force: true });
    for (const name of readdirSync(folder)) {
      const path = join(folder, name);
      const isOld = name.startsWith(versionPrefix) && name !== used;
      if (isOld || isDangling(path, name)) rmSync(path, { recursive: true, force: true });
    }
  } catch (cause) {
    throw nameFailure(cause, folder);
  }
}

/** The group of a volume with `fsGroup` passes on to what is made in it, as long as its folders have the bit. */
function writeVersion(folder: string, version: string, files: readonly NewFile[]): void {
  const mode = folderMode | (statSync(folder).mode & setGroup);
  makeFolder(version, mode);
  const made = new Set([version]);
  for (const { path, bytes, mode: fileMode } of files) {
    const target = joinSafely(version, path);
    makeParents(dirname(target), mode, made);
    const file = openSync(target, createFlags, 0o600);
    try {
      writeFileSync(file, bytes.expose());
      fchmodSync(file, fileMode);
    } finally {
      closeSync(file);
    }
  }
}

function makeParents(folder: string, mode: number, made: Set<string>): void {
  if (made.has(folder)) return;
  makeParents(dirname(folder), mode, made);
  makeFolder(folder, mode);
  made.add(folder);
}

function makeFolder(path: string, mode: number): void {
  mkdirSync(path, 0o700);
  chmodSync(path, mode);
}

/** Only the first part of a path is a link: what is behind it is swapped with it. */
function linkNames(folder: string, files: readonly NewFile[]): void {
  for (const name of new Set(files.map(({ path }) => path.split('/')[0] ?? path))) {
    const link = join(folder, name);
    const target = join(current, name);
    if (readLink(link) === target) continue;
    rmSync(link, { recursive: true, force: true });
    symlinkSync(target, link);
  }
}

function readCurrent(folder: string): string | null {
  return readLink(join(folder, current));
}

function readLink(path: string): string | null {
  const stats = lstatSync(path, { throwIfNoEntry: false });
  return stats?.isSymbolicLink() === true ? readlinkSync(path) : null;
}

function isDangling(path: string, name: string): boolean {
  if (readLink(path) !== join(current, name)) return false;
  return statSync(path, { throwIfNoEntry: false }) === undefined;
}

function nameFailure(cause: unknown, path: string): unknown {
  const reason = readErrno(cause);
  if (isMayflyError(cause) || reason === 'unknown') return cause;
  return createError('MAYFLY_FILE_WRITE_FAILED', { path, reason }, { cause });
}
