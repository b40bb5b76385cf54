import { lstat } from 'node:fs/promises';
import { join, relative, sep } from 'node:path';
import { createError, type MayflyError } from '#core/errors/mayfly-error.ts';
import { readErrno } from './system-error.ts';

const longestPath = 4096;
const longestPart = 255;

/**
 * Joins a path from outside to a root. Throws `MAYFLY_FILE_UNSAFE_PATH` when it is absolute, too long, or has a
 * `.`, `..` or empty part, a backslash or a control character.
 */
export function joinSafely(root: string, path: string): string {
  if (Buffer.byteLength(path) > longestPath) throw unsafe(root, path);
  if (!path.split('/').every(isSafePart)) throw unsafe(root, path);
  return join(root, path);
}

function isSafePart(part: string): boolean {
  if (part === '' || part === '.' || part === '..') return false;
  return Buffer.byteLength(part) <= longestPart && /^[^\\\p{Cc}]+$/u.test(part);
}

/**
 * Throws `MAYFLY_FILE_UNSAFE_PATH` when any part of `path` below `root` is a link. Parts that do not exist are
 * fine. Whoever may change the folders in between can still race; create with `O_EXCL | O_NOFOLLOW` as well.
 */
export async function refuseLinks(root: string, path: string): Promise<void> {
  const below = relative(root, path);
  if (below.startsWith('..')) throw unsafe(root, path);
  let current = root;
  for (const part of below.split(sep)) {
    current = join(current, part);
    if (await isLink(current)) throw unsafe(root, below);
  }
}

async function isLink(path: string): Promise<boolean> {
  try {
    return (await lstat(path)).isSymbolicLink();
  } catch (error) {
    if (readErrno(error) === 'ENOENT') return false;
    const reason = readErrno(error);
    throw createError('MAYFLY_FILE_UNREADABLE', { path, reason }, { cause: error });
  }
}

function unsafe(root: string, path: string): MayflyError {
  return createError('MAYFLY_FILE_UNSAFE_PATH', { path, root });
}
