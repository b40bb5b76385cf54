import { join } from 'node:path';
import type { BigIntStats } from 'node:fs';
import { scheduler } from 'node:timers/promises';
import { createError, isMayflyError } from '#core/errors/mayfly-error.ts';
import { openDirectory, type HeldDirectory } from './held-directory.ts';

/** A file as it lies on disk. */
export interface YamlFile {
  /** Below the folder, `/`-separated. */
  readonly path: string;
  /** Changes whenever the file does. */
  readonly stamp: string;
}

export interface FileListing {
  /** Sorted by path. */
  readonly files: readonly YamlFile[];
  /** Below the folder; the folder itself is the empty path. */
  readonly folders: readonly string[];
  /** Folders that could not be listed: nothing is known of what is in them. */
  readonly faults: readonly FileFault[];
}

/** Something wrong with one file or folder. */
export interface FileFault {
  readonly path: string;
  readonly error: unknown;
}

const maxFiles = 20_000;
const maxDepth = 16;
/** Between them others have their turn. */
const entriesInARow = 100;
const fileName = /^.+\.ya?ml$/u;

interface Listing {
  readonly files: YamlFile[];
  readonly folders: string[];
  readonly faults: FileFault[];
}

/**
 * Lists the `.yaml` and `.yml` files below a folder. Names that begin with a dot are passed over, links are not
 * followed. Throws `MAYFLY_FILE_MISSING` when the folder is not there and `MAYFLY_FOLDER_TOO_LARGE`.
 */
export async function listYamlFiles(folder: string): Promise<FileListing> {
  const listing: Listing = { files: [], folders: [], faults: [] };
  await using held = await openDirectory(folder);
  if (held === null) throw createError('MAYFLY_FILE_MISSING', { path: folder });
  await listFolder(held, '', listing);
  return { ...listing, files: listing.files.toSorted(byPath) };
}

function byPath(left: YamlFile, right: YamlFile): number {
  if (left.path === right.path) return 0;
  return left.path < right.path ? -1 : 1;
}

async function listFolder(folder: HeldDirectory, path: string, listing: Listing): Promise<void> {
  listing.folders.push(path);
  if (path.split('/').length > maxDepth || listing.files.length > maxFiles) {
    throw createError('MAYFLY_FOLDER_TOO_LARGE', { path: folder.shown, limit: maxFiles });
  }
  const names = (await folder.names()).filter((entry) => !entry.startsWith('.'));
  for (const [index, name] of names.entries()) {
    if (index % entriesInARow === 0) await scheduler.yield();
    await listEntry(folder, { name, path: path === '' ? name : `${path}/${name}` }, listing);
  }
}

interface Entry {
  readonly name: string;
  readonly path: string;
}

async function listEntry(folder: HeldDirectory, entry: Entry, listing: Listing): Promise<void> {
  const stats = await folder.stat(entry.name);
  if (stats?.isDirectory() === true) await listBelow(folder, entry, listing);
  else if (stats !== null && fileName.test(entry.name)) {
    listing.files.push({ path: entry.path, stamp: stampOf(stats) });
  }
}

async function listBelow(parent: HeldDirectory, child: Entry, listing: Listing): Promise<void> {
  try {
    await using folder = await parent.enter(child.name);
    if (folder !== null) await listFolder(folder, child.path, listing);
  } catch (error) {
    if (isMayflyError(error) && error.kind === 'exceeded') throw error;
    listing.faults.push({ path: join(parent.shown, child.name), error });
  }
}

function stampOf(stats: BigIntStats): string {
  return [stats.ino, stats.size, stats.mtimeNs, stats.ctimeNs].join(':');
}
