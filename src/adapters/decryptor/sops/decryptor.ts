import { createError } from '#core/errors/mayfly-error.ts';
import type { DataKeyUnwrapper } from '#core/ports/data-key.ts';
import type { DecryptedFile, Decryptor, EncryptedFile } from '#core/ports/decryptor.ts';
import type { Clock } from '#core/ports/time.ts';
import type { SecretBytes } from '#core/secret/secret-bytes.ts';
import { wipeTree, type SecretMap, type SecretNode } from '#core/secret/secret-tree.ts';
import { createDataKeyCache } from './data-key-cache.ts';
import { findDataKey, type KeyDeps, type KeyRequest } from './find-data-key.ts';
import { openTree } from './open-tree.ts';
import { parseFile, type ParsedFile } from './parse-file.ts';

export interface SopsDeps {
  readonly unwrappers: readonly DataKeyUnwrapper[];
  readonly clock: Clock;
}

/** The hard limit of one file; a source's own limit is lower and is kept when the file is fetched. */
const maxFileBytes = 5 * 1024 * 1024;
const cachedKeys = 4096;

/**
 * Opens files of the SOPS format, see `readme.md`. Unwrapped keys are kept in memory, at most 4096 of them; files over
 * 64 KiB are parsed and decrypted in a worker thread.
 */
export function createSopsDecryptor(deps: SopsDeps): Decryptor {
  const keyDeps: KeyDeps = { unwrappers: deps.unwrappers, cache: createDataKeyCache(cachedKeys) };
  return {
    id: 'sops',
    async decrypt(file, keys, signal) {
      signal.throwIfAborted();
      refuseTooLarge(file);
      return decryptHere(file, (parsed) =>
        findDataKey(keyDeps, { path: file.path, metadata: parsed.metadata, keys, signal }),
      );
    },
  };
}

function refuseTooLarge(file: EncryptedFile): void {
  if (file.bytes.length <= maxFileBytes) return;
  throw createError('MAYFLY_SOPS_LIMIT', { path: file.path, limit: maxFileBytes, what: 'bytes' });
}

async function decryptHere(
  file: EncryptedFile,
  findKey: (parsed: Pick<KeyRequest, 'metadata'>) => Promise<SecretBytes>,
): Promise<DecryptedFile | null> {
  const parsed = parseFile(file);
  if (parsed === null) return null;
  const dataKey = await findKey(parsed);
  try {
    return toDecryptedFile(parsed, openTree(parsed, dataKey));
  } finally {
    dataKey.wipe();
  }
}

function toDecryptedFile(
  parsed: Pick<ParsedFile, 'path' | 'format' | 'metadata'>,
  trees: readonly SecretMap[],
): DecryptedFile {
  const documents = parsed.format === 'binary' ? [binaryContent(parsed.path, trees)] : trees;
  return {
    format: parsed.format,
    documents,
    lastModified: parsed.metadata.lastModified.instant,
    wipe(): void {
      for (const document of documents) wipeTree(document);
    },
  };
}

/** A binary file is one text under `data`. */
function binaryContent(path: string, trees: readonly SecretMap[]): SecretNode {
  const content = trees[0]?.entries.find((entry) => entry.kind === 'entry' && entry.key === 'data');
  if (content?.kind === 'entry' && content.value.kind === 'value') {
    return { kind: 'value', type: 'bytes', bytes: content.value.bytes };
  }
  for (const tree of trees) wipeTree(tree);
  throw createError('MAYFLY_SOPS_METADATA', { path, field: 'a binary file without data' });
}
