import { statfsSync } from 'node:fs';
import { createError } from '#core/errors/mayfly-error.ts';
import { readErrno } from './system-error.ts';

/** File system magic numbers, see statfs(2). */
const memoryTypes: ReadonlySet<number> = new Set([0x01021994, 0x858458f6]);

/**
 * Whether what is written below this existing folder stays in memory (tmpfs or ramfs). A tmpfs may be swapped out
 * unless swap is off or encrypted. Throws `MAYFLY_FILE_UNREADABLE` when the folder cannot be asked about.
 */
export async function isMemoryBacked(path: string): Promise<boolean> {
  try {
    const { type } = statfsSync(path);
    return memoryTypes.has(type);
  } catch (error) {
    const reason = readErrno(error);
    throw createError('MAYFLY_FILE_UNREADABLE', { path, reason }, { cause: error });
  }
}
