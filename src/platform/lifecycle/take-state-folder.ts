import { mkdir } from 'node:fs/promises';
import { createError } from '#core/errors/mayfly-error.ts';
import { lockFolder } from '#platform/files/folder-lock.ts';
import { readErrno } from '#platform/files/system-error.ts';
import type { Lifecycle } from './create-lifecycle.ts';

/** Makes the folder of the state where it is missing, and keeps other processes out of it to the end of this one. */
export async function takeStateFolder(folder: string, lifecycle: Lifecycle): Promise<void> {
  try {
    await mkdir(folder, { recursive: true, mode: 0o700 });
  } catch (cause) {
    const failure = { path: folder, reason: readErrno(cause) };
    throw createError('MAYFLY_FILE_WRITE_FAILED', failure, { cause });
  }
  const lock = lockFolder(folder);
  lifecycle.started('lock', () => lock.release());
}
