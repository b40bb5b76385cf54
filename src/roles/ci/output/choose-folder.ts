import { lstatSync, mkdirSync, mkdtempSync, realpathSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, join, resolve, sep } from 'node:path';
import { createError } from '#core/errors/mayfly-error.ts';
import { isMemoryBacked } from '#platform/files/memory-backed.ts';
import { readErrno } from '#platform/files/system-error.ts';
import { readVariable, type CiWorld } from '../ci-world.ts';

/** What a person said about where files go. */
export interface FolderChoice {
  /** A folder that is not there yet; null for a fresh one in memory. */
  readonly folder: string | null;
  readonly allowDisk: boolean;
}

/** Where the systems check out: what lies there ends in images, caches and artifacts. */
const workspaces = [
  'GITHUB_WORKSPACE',
  'CI_PROJECT_DIR',
  'CIRCLE_WORKING_DIRECTORY',
  'BUILDKITE_BUILD_CHECKOUT_PATH',
  'BITBUCKET_CLONE_DIR',
  'BUILD_SOURCESDIRECTORY',
  'WORKSPACE',
];

/**
 * Makes a folder that only its owner can enter, in memory and outside of the checkout. Throws
 * `MAYFLY_CI_FOLDER_DISK` where it would be on a disk and nobody has allowed that, and `MAYFLY_CI_FOLDER`.
 */
export async function makeFolder(world: CiWorld, choice: FolderChoice): Promise<string> {
  if (choice.folder === null) return await makeFresh(world, choice.allowDisk);
  const path = resolve(choice.folder);
  const parent = findReal(dirname(path));
  await refusePlace(world, parent, choice.allowDisk);
  try {
    // Not one that is there: whose links and readers would it have?
    mkdirSync(join(parent, basename(path)), { mode: 0o700 });
  } catch (error) {
    throw refuse(path, problemOf(error), error);
  }
  return join(parent, basename(path));
}

/** Throws what {@link makeFolder} does where a file of this path would be out of place. */
export async function refuseFilePlace(
  world: CiWorld,
  path: string,
  allowDisk: boolean,
): Promise<void> {
  await refusePlace(world, findReal(dirname(resolve(path))), allowDisk);
}

function problemOf(error: unknown): string {
  const errno = readErrno(error);
  return errno === 'EEXIST' ? 'is there already' : `cannot be made (${errno})`;
}

async function makeFresh(world: CiWorld, allowDisk: boolean): Promise<string> {
  const runtime = readVariable(world, 'XDG_RUNTIME_DIR');
  const places = [...(runtime === null ? [] : [runtime]), '/dev/shm', tmpdir()];
  for (const place of places) {
    if (!isFolder(place) || findCheckout(world, realpathSync(place)) !== null) continue;
    if (!allowDisk && !(await isMemoryBacked(place))) continue;
    const made = tryMake(place);
    if (made === null) continue;
    return made;
  }
  throw createError('MAYFLY_CI_FOLDER_DISK', { path: tmpdir() });
}

/** Null where this user cannot write. */
function tryMake(place: string): string | null {
  try {
    return mkdtempSync(join(realpathSync(place), 'mayfly-'));
  } catch {
    return null;
  }
}

function isFolder(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() === true;
}

async function refusePlace(world: CiWorld, parent: string, allowDisk: boolean): Promise<void> {
  const checkout = findCheckout(world, parent);
  if (checkout !== null) throw refuse(parent, `lies in the checkout (${checkout})`);
  if (!allowDisk && !(await isMemoryBacked(parent))) {
    throw createError('MAYFLY_CI_FOLDER_DISK', { path: parent });
  }
}

/** The variable with the checkout that a folder lies in; null where it lies in none. */
function findCheckout(world: CiWorld, folder: string): string | null {
  const found = workspaces.find((name) => {
    const workspace = readVariable(world, name);
    return workspace !== null && isWithin(folder, findReal(expandHome(world, workspace)));
  });
  return found ?? null;
}

/** CircleCI writes `~/project`. */
function expandHome(world: CiWorld, path: string): string {
  return path.replace(/^~(?=\/|$)/u, () => readVariable(world, 'HOME') ?? '~');
}

function isWithin(path: string, folder: string): boolean {
  return path === folder || path.startsWith(folder.endsWith(sep) ? folder : `${folder}${sep}`);
}

/** The folder without links. What is not there stands for itself. */
function findReal(path: string): string {
  return lstatSync(path, { throwIfNoEntry: false }) === undefined
    ? resolve(path)
    : realpathSync(path);
}

function refuse(path: string, problem: string, cause?: unknown): Error {
  return createError('MAYFLY_CI_FOLDER', { path, problem }, { cause });
}
