import { createError } from '#core/errors/mayfly-error.ts';
import type { Target } from '#core/api/ephemeral-secret.ts';
import type { DecryptedFile, EncryptedFile, FileFormat } from '#core/ports/decryptor.ts';
import type { GitFile, ReadBlob } from '#core/ports/git/git-repository.ts';
import type { Pass } from '../pass.ts';

/**
 * Opens one file with the first decryptor that knows its format. Throws what that throws, why there is no
 * key when there is none, `MAYFLY_SYNC_NOT_ENCRYPTED`, and the refusal of a blob that is not read.
 */
export async function decryptBlob(
  { parts, keys, input, signal }: Pass,
  { path }: GitFile,
  read: ReadBlob,
): Promise<DecryptedFile> {
  if ('refused' in read) throw createError(read.refused, {});
  const [missing] = keys.missing;
  if (keys.materials.length === 0 && missing !== undefined) {
    throw missing;
  }
  const file = renderFile(path, read.bytes, input.spec.target);
  for (const decryptor of parts.decryptors) {
    const opened = await decryptor.decrypt(file, keys.materials, signal);
    if (opened !== null) return opened;
  }
  throw createError('MAYFLY_SYNC_NOT_ENCRYPTED', { path });
}

const formats: readonly FileFormat[] = ['dotenv', 'json', 'yaml', 'ini'];

/** A target that names a format means it, whatever the file is called. */
function renderFile(path: string, bytes: Uint8Array, target: Target): EncryptedFile {
  const format =
    target.kind === 'secret' ? formats.find((known) => known === target.from) : undefined;
  return format === undefined ? { path, bytes } : { path, bytes, format };
}
