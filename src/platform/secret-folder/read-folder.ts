import { scheduler } from 'node:timers/promises';
import { isMayflyError } from '#core/errors/mayfly-error.ts';
import { SecretBytes } from '#core/secret/secret-bytes.ts';
import type { HeldDirectory } from '#platform/folders/held-directory.ts';
import { readPlainFile } from '#platform/folders/read-plain-file.ts';
import {
  hasAccess,
  keyTarget,
  layout,
  readCurrent,
  readLink,
  type FolderAccess,
} from './layout.ts';

const maxValueBytes = 8 * 1024 * 1024;

/** The live content of a secret's folder. The caller wipes the values. */
export interface FolderContent {
  /** What a reader finds at each key now, foreign keys included. */
  readonly values: ReadonlyMap<string, SecretBytes>;
  /** False when links, modes, owners or entries are not as Mayfly leaves them; says nothing about values. */
  readonly tidy: boolean;
}

export async function readContent(
  folder: HeldDirectory,
  access: FolderAccess,
): Promise<FolderContent> {
  // Thousands are read in a row.
  await scheduler.yield();
  const current = await readCurrent(folder);
  await using version = current === null ? null : await folder.enter(current);
  const values = new Map<string, SecretBytes>();
  let tidy = await isTidy(folder, version, access);
  for (const name of await listEntries(folder, current)) {
    const read = await readKey(folder, version, { name, access });
    if (read.bytes !== undefined) values.set(name, read.bytes);
    tidy &&= read.tidy;
  }
  const written = (await version?.names()) ?? [];
  return { values, tidy: tidy && written.every((key) => values.has(key)) };
}

/** Everything that is not Mayfly's own entry: keys, and what does not belong there. */
async function listEntries(folder: HeldDirectory, current: string | null): Promise<string[]> {
  const own = new Set<string | null>([layout.current, layout.marker, current]);
  return (await folder.names()).filter((name) => !own.has(name));
}

async function isTidy(
  folder: HeldDirectory,
  version: HeldDirectory | null,
  access: FolderAccess,
): Promise<boolean> {
  if (version === null || (await folder.stat(layout.marker)) === null) return false;
  if (!hasAccess(await version.statSelf(), access)) return false;
  return hasAccess(await folder.statSelf(), access);
}

interface KeyPlace {
  readonly name: string;
  readonly access: FolderAccess;
}

interface LiveValue {
  readonly bytes?: SecretBytes;
  readonly tidy: boolean;
}

/** What a reader finds at a key: behind our link, or a file that somebody put in its place. */
async function readKey(
  folder: HeldDirectory,
  version: HeldDirectory | null,
  place: KeyPlace,
): Promise<LiveValue> {
  if (place.name.startsWith('..')) return { tidy: false };
  const linked = (await readLink(folder, place.name)) === keyTarget(place.name);
  const directory = linked ? version : folder;
  if (directory === null) return { tidy: false };
  try {
    const file = await readPlainFile(directory, place.name, maxValueBytes);
    if (file === null) return { tidy: false };
    const bytes = SecretBytes.take(file.bytes);
    return { bytes, tidy: linked && hasAccess(file.stats, place.access) };
  } catch (error) {
    if (isForeignThing(error)) return { tidy: false };
    throw error;
  }
}

function isForeignThing(error: unknown): boolean {
  const foreign: readonly string[] = ['MAYFLY_FILE_NOT_REGULAR', 'MAYFLY_FILE_TOO_LARGE'];
  return isMayflyError(error) && foreign.includes(error.code);
}
