import { join } from 'node:path';
import { lstatSync } from 'node:fs';
import { createError } from '#core/errors/mayfly-error.ts';
import { readFileBounded } from '#platform/files/read-file-bounded.ts';
import { writeFileAtomically } from '#platform/files/write-file-atomically.ts';

const name = '.mayfly-lease';
const maxBytes = 1024;
const idShape = /^[\x21-\x7e]{1,200}$/u;

/** Notes in a folder whose lease its files have, so that both can be given back in another step of the job. */
export async function writeLease(folder: string, leaseId: string): Promise<void> {
  await writeFileAtomically(join(folder, name), Buffer.from(leaseId), {
    mode: 0o600,
    durable: false,
  });
}

/**
 * The lease of a folder; null when the folder is not there. Throws `MAYFLY_CI_FOLDER` for a folder that no exchange
 * has made: it is not to be removed.
 */
export async function readLease(folder: string): Promise<string | null> {
  const found = lstatSync(folder, { throwIfNoEntry: false });
  if (found === undefined) return null;
  function refuse(problem: string): Error {
    return createError('MAYFLY_CI_FOLDER', { path: folder, problem });
  }
  if (!found.isDirectory() || found.uid !== process.getuid?.()) throw refuse('is not of this user');
  const mark = lstatSync(join(folder, name), { throwIfNoEntry: false });
  if (mark === undefined) throw refuse('was not made by an exchange');
  const id = (await readFileBounded(join(folder, name), maxBytes)).toString('latin1');
  if (!idShape.test(id)) throw refuse('does not name its lease');
  return id;
}
