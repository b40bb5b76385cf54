import { createError } from '#core/errors/mayfly-error.ts';
import type { DecryptedFile } from '#core/ports/decryptor.ts';
import { copyMap, copyTree, type SecretMap } from '#core/secret/secret-tree.ts';

/** As SOPS calls it. */
const wholeFile = 'data';

/**
 * A copy of what a file holds, without its comments, which nothing proves. A file without keys, such as a certificate,
 * is the one field `data`. Throws `MAYFLY_SYNC_VALUE_NESTED` for a list, and for several documents.
 */
export function takeFields({ documents }: DecryptedFile, path: string): SecretMap {
  const [root, ...others] = documents;
  if (root?.kind === 'map' && others.length === 0) return copyMap(root);
  if (root?.kind === 'value' && others.length === 0) {
    return { kind: 'map', entries: [{ kind: 'entry', key: wholeFile, value: copyTree(root) }] };
  }
  throw createError('MAYFLY_SYNC_VALUE_NESTED', { path, valuePath: 'the top' });
}
