import { randomBytes } from 'node:crypto';
import {
  closeSync,
  constants,
  fchmodSync,
  fchownSync,
  fsync,
  openSync,
  writeFileSync,
} from 'node:fs';
import { readdir, rename, unlink } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { createError } from '#core/errors/mayfly-error.ts';
import { noSteps, type Steps } from './steps.ts';
import { readErrno } from './system-error.ts';

const temporaryPrefix = '.mayfly-tmp-';
const createFlags =
  constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL | constants.O_NOFOLLOW;

export interface FileOwner {
  readonly uid: number;
  readonly gid: number;
}

export interface WriteOptions {
  /** Exactly these permission bits, whatever the umask. */
  readonly mode: number;
  readonly owner?: FileOwner;
  /** False for what may be lost with the power: the file is whole after a kill all the same. Default true. */
  readonly durable?: boolean;
  /** Told `temporary-created`, `temporary-written`, `temporary-synced`, `renamed`, `folder-synced`. */
  readonly onStep?: Steps;
}

/**
 * Replaces a file as a whole: a reader sees the old content or the new, and after a crash one of the two is there.
 * A link in place of the file is replaced, never followed. Throws `MAYFLY_FILE_WRITE_FAILED`; then the old file
 * stands as it was and nothing is left behind, unless the process was killed: see {@link removeLeftovers}.
 */
export async function writeFileAtomically(
  path: string,
  bytes: Uint8Array,
  options: WriteOptions,
): Promise<void> {
  const onStep = options.onStep ?? noSteps;
  const folder = dirname(path);
  const temporary = join(folder, `${temporaryPrefix}${randomBytes(8).toString('hex')}`);
  try {
    await writeTemporary(temporary, bytes, { ...options, onStep });
    await rename(temporary, path);
    onStep('renamed');
    if (options.durable !== false) await syncFolder(folder);
    onStep('folder-synced');
  } catch (error) {
    await unlink(temporary).catch(() => undefined);
    throw nameFailure(error, path);
  }
}

/**
 * Removes what a killed process left of its writes in this folder; returns how many files. Throws
 * `MAYFLY_FILE_WRITE_FAILED` when the folder cannot be read or changed.
 */
export async function removeLeftovers(folder: string): Promise<number> {
  try {
    const names = await readdir(folder);
    const leftovers = names.filter((name) => name.startsWith(temporaryPrefix));
    for (const name of leftovers) await unlink(join(folder, name));
    return leftovers.length;
  } catch (error) {
    throw nameFailure(error, folder);
  }
}

/** Makes the names of a folder durable: without it a rename may be undone by a power cut. */
export async function syncFolder(folder: string): Promise<void> {
  const opened = openSync(folder, constants.O_RDONLY | constants.O_DIRECTORY);
  try {
    await syncToDisk(opened);
  } finally {
    closeSync(opened);
  }
}

const syncToDisk = promisify(fsync);

/**
 * What may wait for the disk, a sync and a rename, waits in another thread; that costs ten times what the other calls
 * do, which only reach the cache of the system.
 */
async function writeTemporary(
  temporary: string,
  bytes: Uint8Array,
  options: WriteOptions & { readonly onStep: Steps },
): Promise<void> {
  const file = openSync(temporary, createFlags, 0o600);
  try {
    options.onStep('temporary-created');
    writeFileSync(file, bytes);
    options.onStep('temporary-written');
    setAccess(file, options);
    if (options.durable !== false) await syncToDisk(file);
    options.onStep('temporary-synced');
  } finally {
    closeSync(file);
  }
}

/** The mode first: after the file is given away, only its new owner may change it. */
function setAccess(file: number, { mode, owner }: WriteOptions): void {
  fchmodSync(file, mode);
  if (owner !== undefined) fchownSync(file, owner.uid, owner.gid);
}

/** A stop injected by a test must arrive as it is, so only failures of the system are renamed. */
function nameFailure(error: unknown, path: string): unknown {
  const reason = readErrno(error);
  if (reason === 'unknown') return error;
  return createError('MAYFLY_FILE_WRITE_FAILED', { path, reason }, { cause: error });
}
