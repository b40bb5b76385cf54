import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { createError } from '#core/errors/mayfly-error.ts';

const lockName = '.lock';
/** SQLITE_BUSY, https://sqlite.org/rescode.html#busy */
const busy = 5;

export interface FolderLock {
  release(): void;
}

/**
 * Takes the one right to use an existing folder, for this process, until released. The kernel gives it back when
 * the process ends in any way, so a lock is never stale. Throws `MAYFLY_FOLDER_IN_USE` when another process (of
 * this machine) has it, and `MAYFLY_FILE_WRITE_FAILED` when the lock file cannot be made.
 *
 * Node has no flock(2); SQLite takes the same kind of lock on a file that stays empty.
 */
export function lockFolder(path: string): FolderLock {
  let database: DatabaseSync | undefined;
  try {
    database = new DatabaseSync(join(path, lockName));
    database.exec('PRAGMA journal_mode = MEMORY; BEGIN EXCLUSIVE');
  } catch (error) {
    database?.close();
    if (isBusy(error)) throw createError('MAYFLY_FOLDER_IN_USE', { path }, { cause: error });
    const failure = { path: join(path, lockName), reason: 'no lock' };
    throw createError('MAYFLY_FILE_WRITE_FAILED', failure, { cause: error });
  }
  const held = database;
  return { release: () => held.close() };
}

function isBusy(error: unknown): boolean {
  if (typeof error !== 'object' || error === null || !('errcode' in error)) return false;
  return error.errcode === busy;
}
