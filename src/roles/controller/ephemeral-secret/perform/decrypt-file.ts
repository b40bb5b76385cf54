import type { Target } from '#core/api/ephemeral-secret.ts';
import type { DecryptedFile, FileFormat } from '#core/ports/decryptor.ts';
import type { GitFile, ReadBlob } from '#core/ports/git/git-repository.ts';
import { decryptBlob } from '../../../sources/decrypt-blob.ts';
import type { Pass } from '../pass.ts';

const formats: readonly FileFormat[] = ['dotenv', 'json', 'yaml', 'ini'];

/** Opens one file of the pass. A target that names a format means it, whatever the file is called. */
export async function decryptFile(
  { parts: { decryptors }, keys, input, signal }: Pass,
  { path }: GitFile,
  read: ReadBlob,
): Promise<DecryptedFile> {
  const format = findFormat(input.spec.target);
  const blob = { path, read, ...(format === undefined ? {} : { format }) };
  return await decryptBlob({ decryptors, keys }, blob, signal);
}

function findFormat(target: Target): FileFormat | undefined {
  return target.kind === 'secret' ? formats.find((known) => known === target.from) : undefined;
}
