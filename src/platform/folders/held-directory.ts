import {
  closeSync,
  constants,
  existsSync,
  fstatSync,
  lstatSync,
  openSync,
  readdirSync,
  type BigIntStats,
} from 'node:fs';
import { join } from 'node:path';
import { readErrno } from '#platform/files/system-error.ts';
import { createError, isMayflyError, type MayflyError } from '#core/errors/mayfly-error.ts';

/**
 * A directory kept open. Names are resolved in this very directory, so nobody can put a link or another
 * directory in its place between a check and a use. Where the system has no `/proc` it is resolved by its path.
 *
 * The calls wait for the system in this thread: a directory of this machine answers in microseconds, and another thread
 * costs ten times that. Whoever goes over many directories gives way in between.
 */
export interface HeldDirectory extends AsyncDisposable {
  /** As it was opened; for messages. */
  readonly shown: string;
  /** What the file system is asked for. The name must be one element: see the callers' checks of names. */
  path(name: string): string;
  /** Null when there is no such entry; links are not followed. */
  stat(name: string): Promise<BigIntStats | null>;
  statSelf(): Promise<BigIntStats>;
  /** In byte order. Throws `MAYFLY_FOLDER_TOO_LARGE` over {@link maxEntries}. */
  names(): Promise<string[]>;
  /** Null when there is none; throws `MAYFLY_FOLDER_NOT_PLAIN` for anything but a directory. */
  enter(name: string): Promise<HeldDirectory | null>;
}

const flags = constants.O_RDONLY | constants.O_DIRECTORY;
const viaProc = existsSync('/proc/self/fd');

/** Bound of {@link HeldDirectory.names}. */
const maxEntries = 100_000;

/** Opens a directory that the administrator named: its own path may lead over links. Null when it is missing. */
export async function openDirectory(path: string): Promise<HeldDirectory | null> {
  return await holdDirectory(path, path, flags);
}

async function holdDirectory(
  path: string,
  shown: string,
  openFlags: number,
): Promise<HeldDirectory | null> {
  try {
    return createHeldDirectory(openSync(path, openFlags), path, shown);
  } catch (cause) {
    if (readErrno(cause) === 'ENOENT') return null;
    throw folderError(shown, cause);
  }
}

function createHeldDirectory(fd: number, path: string, shown: string): HeldDirectory {
  const root = viaProc ? `/proc/self/fd/${fd}` : path;
  let closed = false;
  const held: HeldDirectory = {
    shown,
    path: (name) => join(root, name),
    statSelf: async () => fstatSync(fd, { bigint: true }),
    async stat(name): Promise<BigIntStats | null> {
      try {
        return lstatSync(held.path(name), { bigint: true, throwIfNoEntry: false }) ?? null;
      } catch (cause) {
        throw folderError(join(shown, name), cause);
      }
    },
    async names(): Promise<string[]> {
      const names = readdirSync(root);
      if (names.length > maxEntries) {
        throw createError('MAYFLY_FOLDER_TOO_LARGE', { path: shown, limit: maxEntries });
      }
      return names.toSorted();
    },
    enter: async (name) =>
      await holdDirectory(held.path(name), join(shown, name), flags | constants.O_NOFOLLOW),
    [Symbol.asyncDispose]: async () => {
      if (!closed) closeSync(fd);
      closed = true;
    },
  };
  return held;
}

/** A failed system call on a folder; a failure that already is one of the catalogue passes through. */
function folderError(path: string, cause: unknown): MayflyError {
  if (isMayflyError(cause)) return cause;
  const reason = readErrno(cause);
  if (reason === 'ELOOP' || reason === 'ENOTDIR') {
    return createError('MAYFLY_FOLDER_NOT_PLAIN', { path }, { cause });
  }
  return createError('MAYFLY_FILE_UNREADABLE', { path, reason }, { cause });
}
