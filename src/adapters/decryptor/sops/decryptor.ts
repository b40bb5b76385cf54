import { createError } from '#core/errors/mayfly-error.ts';
import type { DataKeyUnwrapper } from '#core/ports/data-key.ts';
import type { DecryptedFile, Decryptor, EncryptedFile } from '#core/ports/decryptor.ts';
import type { Clock } from '#core/ports/time.ts';
import type { SecretBytes } from '#core/secret/secret-bytes.ts';
import { wipeTree } from '#core/secret/secret-tree.ts';
import type { SopsMetadata } from '#core/sops/metadata/metadata.ts';
import { tellFormat } from '#core/sops/text/tell-format.ts';
import { createDataKeyCache } from './data-key-cache.ts';
import { findDataKey, type KeyDeps } from './find-data-key.ts';
import { openFile } from './open-file.ts';
import { createSopsWorkers, openInWorker, type OpenedFile } from './open-in-worker.ts';
import { parseFile } from './parse-file.ts';

export interface SopsDeps {
  readonly unwrappers: readonly DataKeyUnwrapper[];
  readonly clock: Clock;
}

/** The hard limit of one file; a source's own limit is lower and is kept when the file is fetched. */
const maxFileBytes = 5 * 1024 * 1024;
const cachedKeys = 4096;

/**
 * Opens files of the SOPS format, see `readme.md`. Unwrapped keys are kept in memory, at most 4096 of them; files that
 * would hold up the event loop are parsed and decrypted in a worker thread.
 */
export function createSopsDecryptor(deps: SopsDeps): Decryptor {
  const keyDeps: KeyDeps = { unwrappers: deps.unwrappers, cache: createDataKeyCache(cachedKeys) };
  const workers = createSopsWorkers(deps.clock);
  return {
    id: 'sops',
    async decrypt(file, keys, signal) {
      signal.throwIfAborted();
      refuseTooLarge(file);
      function findKey(metadata: SopsMetadata): Promise<SecretBytes> {
        return findDataKey(keyDeps, { path: file.path, metadata, keys, signal });
      }
      const here = await openHere(file, findKey);
      const opened =
        here === 'costly' ? await openInWorker(workers, { file, findKey, signal }) : here;
      return opened === null ? null : toDecryptedFile(file, opened);
    },
  };
}

function refuseTooLarge(file: EncryptedFile): void {
  if (file.bytes.length <= maxFileBytes) return;
  throw createError('MAYFLY_SOPS_LIMIT', { path: file.path, limit: maxFileBytes, what: 'bytes' });
}

async function openHere(
  file: EncryptedFile,
  findKey: (metadata: SopsMetadata) => Promise<SecretBytes>,
): Promise<OpenedFile | 'costly' | null> {
  const parsed = parseFile(file, 'little');
  if (parsed === null || parsed === 'costly') return parsed;
  const dataKey = await findKey(parsed.metadata);
  try {
    return { metadata: parsed.metadata, documents: openFile(parsed, dataKey) };
  } finally {
    dataKey.wipe();
  }
}

function toDecryptedFile(file: EncryptedFile, opened: OpenedFile): DecryptedFile {
  return {
    format: file.format ?? tellFormat(file.path),
    documents: opened.documents,
    lastModified: opened.metadata.lastModified.instant,
    wipe(): void {
      for (const document of opened.documents) wipeTree(document);
    },
  };
}
