import { createHash } from 'node:crypto';
import { rmSync } from 'node:fs';
import { removeOldVersions, swapFiles, type NewFile } from '#platform/secret-folder/swap-files.ts';

/** The files of a job in a folder of their own. */
export interface SecretFiles {
  readonly folder: string;
  /** Replaces them all at once where one has changed, and wipes the bytes. Throws `MAYFLY_FILE_WRITE_FAILED`. */
  write(files: readonly NewFile[]): void;
  /** Takes away the files before the last, which readers may have been on their way to. */
  tidy(): void;
  /** Takes away the folder with everything in it, also when a part of it cannot be. */
  remove(): void;
}

export function createSecretFiles(folder: string): SecretFiles {
  let written = '';
  return {
    folder,
    write(files) {
      try {
        const next = digestFiles(files);
        if (next !== written) swapFiles(folder, files);
        written = next;
      } finally {
        for (const { bytes } of files) bytes.wipe();
      }
    },
    tidy: () => removeOldVersions(folder),
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
}

function digestFiles(files: readonly NewFile[]): string {
  const hash = createHash('sha256');
  for (const { path, bytes } of files)
    hash.update(`${path}\0${bytes.size}\0`).update(bytes.expose());
  return hash.digest('hex');
}
