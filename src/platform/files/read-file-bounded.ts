import { constants } from 'node:fs';
import { open, type FileHandle } from 'node:fs/promises';
import { createError, isMayflyError } from '#core/errors/mayfly-error.ts';
import { readErrno } from './system-error.ts';

const readFlags = constants.O_RDONLY | constants.O_NONBLOCK;
const smallestBuffer = 512;

/**
 * Reads a regular file of at most `limit` bytes, following links (as mounted configuration needs). Refuses with
 * `MAYFLY_FILE_MISSING`, `MAYFLY_FILE_NOT_REGULAR`, `MAYFLY_FILE_TOO_LARGE` or `MAYFLY_FILE_UNREADABLE`; rejects
 * with the reason of the signal when aborted. The bytes returned are the only copy made.
 */
export async function readFileBounded(
  path: string,
  limit: number,
  signal?: AbortSignal,
): Promise<Buffer> {
  return readWith(path, limit, { flags: readFlags, signal });
}

/** As {@link readFileBounded}, but a link in place of the file is refused: for folders of Mayfly's own. */
export async function readOwnFileBounded(
  path: string,
  limit: number,
  signal?: AbortSignal,
): Promise<Buffer> {
  return readWith(path, limit, { flags: readFlags | constants.O_NOFOLLOW, signal });
}

interface ReadOptions {
  readonly flags: number;
  readonly signal: AbortSignal | undefined;
}

async function readWith(path: string, limit: number, options: ReadOptions): Promise<Buffer> {
  options.signal?.throwIfAborted();
  try {
    const handle = await open(path, options.flags);
    try {
      return await readHandle(handle, { path, limit, signal: options.signal });
    } finally {
      await handle.close();
    }
  } catch (error) {
    options.signal?.throwIfAborted();
    throw nameFailure(error, path);
  }
}

interface HandleOptions {
  readonly path: string;
  readonly limit: number;
  readonly signal: AbortSignal | undefined;
}

async function readHandle(handle: FileHandle, options: HandleOptions): Promise<Buffer> {
  const { path, limit } = options;
  const stat = await handle.stat();
  if (!stat.isFile()) throw createError('MAYFLY_FILE_NOT_REGULAR', { path });
  if (stat.size > limit) throw createError('MAYFLY_FILE_TOO_LARGE', { path, limit });
  let buffer: Buffer = Buffer.alloc(Math.min(limit, Math.max(stat.size, smallestBuffer)) + 1);
  let filled = 0;
  for (;;) {
    options.signal?.throwIfAborted();
    const { bytesRead } = await handle.read(buffer, filled, buffer.length - filled, null);
    if (bytesRead === 0) return buffer.subarray(0, filled);
    filled += bytesRead;
    if (filled > limit) {
      buffer.fill(0);
      throw createError('MAYFLY_FILE_TOO_LARGE', { path, limit });
    }
    if (filled === buffer.length) buffer = growWiping(buffer, limit);
  }
}

/** The old copy may hold a secret. */
function growWiping(buffer: Buffer, limit: number): Buffer {
  const grown = Buffer.alloc(Math.min(limit + 1, buffer.length * 2));
  buffer.copy(grown);
  buffer.fill(0);
  return grown;
}

function nameFailure(error: unknown, path: string): unknown {
  if (isMayflyError(error)) return error;
  const reason = readErrno(error);
  if (reason === 'ENOENT' || reason === 'ENOTDIR') {
    return createError('MAYFLY_FILE_MISSING', { path }, { cause: error });
  }
  if (reason === 'ELOOP' || reason === 'ENXIO') {
    return createError('MAYFLY_FILE_NOT_REGULAR', { path }, { cause: error });
  }
  return createError('MAYFLY_FILE_UNREADABLE', { path, reason }, { cause: error });
}
