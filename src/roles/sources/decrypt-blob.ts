import { createError } from '#core/errors/mayfly-error.ts';
import type { DecryptedFile, Decryptor, FileFormat } from '#core/ports/decryptor.ts';
import type { ReadBlob } from '#core/ports/git/git-repository.ts';
import type { DecryptionKeys } from './decryption-keys.ts';

export interface BlobToOpen {
  /** The repository path. */
  readonly path: string;
  /** Overrides the format that the path tells. */
  readonly format?: FileFormat;
  readonly read: ReadBlob;
}

export interface BlobTools {
  /** Asked in this order. */
  readonly decryptors: readonly Decryptor[];
  readonly keys: Pick<DecryptionKeys, 'materials' | 'missing'>;
}

/**
 * Opens one file with the first decryptor that knows its format. Throws what that throws, why there is no
 * key when there is none, `MAYFLY_SYNC_NOT_ENCRYPTED`, and the refusal of a blob that is not read.
 */
export async function decryptBlob(
  { decryptors, keys }: BlobTools,
  { read, ...file }: BlobToOpen,
  signal: AbortSignal,
): Promise<DecryptedFile> {
  if ('refused' in read) throw createError(read.refused, {});
  const [missing] = keys.missing;
  if (keys.materials.length === 0 && missing !== undefined) throw missing;
  for (const decryptor of decryptors) {
    const opened = await decryptor.decrypt({ ...file, bytes: read.bytes }, keys.materials, signal);
    if (opened !== null) return opened;
  }
  throw createError('MAYFLY_SYNC_NOT_ENCRYPTED', { path: file.path });
}
