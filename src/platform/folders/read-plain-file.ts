import { closeSync, constants, fstatSync, openSync, readSync, type BigIntStats } from 'node:fs';
import { join } from 'node:path';
import { createError, isMayflyError } from '#core/errors/mayfly-error.ts';
import { readErrno } from '#platform/files/system-error.ts';
import type { HeldDirectory } from './held-directory.ts';

export interface PlainFile {
  readonly bytes: Uint8Array;
  readonly stats: BigIntStats;
}

/** A pipe without a writer would block the opening for ever, hence O_NONBLOCK. */
const flags = constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK;

/**
 * Reads one regular file of a held directory. Null when there is none; throws `MAYFLY_FILE_NOT_REGULAR` for links and
 * everything that is not a regular file, and `MAYFLY_FILE_TOO_LARGE` over the limit, before reading it.
 * The bytes are the caller's, to wipe where they are secret.
 */
export async function readPlainFile(
  directory: HeldDirectory,
  name: string,
  maxBytes: number,
): Promise<PlainFile | null> {
  const shown = join(directory.shown, name);
  try {
    const fd = openSync(directory.path(name), flags);
    try {
      return readOpen(fd, shown, maxBytes);
    } finally {
      closeSync(fd);
    }
  } catch (cause) {
    if (readErrno(cause) === 'ENOENT') return null;
    throw nameFailure(shown, cause);
  }
}

function readOpen(fd: number, shown: string, maxBytes: number): PlainFile {
  const stats = fstatSync(fd, { bigint: true });
  if (!stats.isFile()) throw createError('MAYFLY_FILE_NOT_REGULAR', { path: shown });
  if (stats.size > maxBytes) throw tooLarge(shown, maxBytes);
  return { bytes: readWhole(fd, Number(stats.size), shown), stats };
}

/** The file may be written to meanwhile: one byte more than it said is asked for, and refused when it comes. */
function readWhole(fd: number, size: number, shown: string): Uint8Array {
  const buffer = new Uint8Array(size + 1);
  let filled = 0;
  while (filled < buffer.length) {
    const bytesRead = readSync(fd, buffer, filled, buffer.length - filled, filled);
    if (bytesRead === 0) break;
    filled += bytesRead;
  }
  if (filled > size) {
    buffer.fill(0);
    throw tooLarge(shown, size);
  }
  const bytes = buffer.slice(0, filled);
  buffer.fill(0);
  return bytes;
}

function tooLarge(path: string, limit: number): Error {
  return createError('MAYFLY_FILE_TOO_LARGE', { path, limit });
}

const notRegular = new Set(['ELOOP', 'EISDIR', 'ENXIO', 'ENOTDIR']);

function nameFailure(path: string, cause: unknown): unknown {
  if (isMayflyError(cause)) return cause;
  const reason = readErrno(cause);
  if (notRegular.has(reason)) return createError('MAYFLY_FILE_NOT_REGULAR', { path }, { cause });
  return createError('MAYFLY_FILE_UNREADABLE', { path, reason }, { cause });
}
