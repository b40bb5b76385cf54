import { createError } from '#core/errors/mayfly-error.ts';
import { wipeTree, type SecretMap, type SecretNode } from '#core/secret/secret-tree.ts';

/**
 * The content of a binary file, which SOPS keeps as one text under `data`. Throws `MAYFLY_SOPS_METADATA` and wipes
 * the documents when there is none.
 */
export function binaryContent(path: string, documents: readonly SecretMap[]): SecretNode {
  for (const entry of documents[0]?.entries ?? []) {
    if (entry.kind === 'entry' && entry.key === 'data' && entry.value.kind === 'value') {
      return { kind: 'value', type: 'bytes', bytes: entry.value.bytes };
    }
  }
  for (const document of documents) wipeTree(document);
  throw createError('MAYFLY_SOPS_METADATA', { path, field: 'a binary file without data' });
}
