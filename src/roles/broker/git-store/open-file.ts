import { createError } from '#core/errors/mayfly-error.ts';
import type { DecryptedFile } from '#core/ports/decryptor.ts';
import type { GitFile, ReadBlob } from '#core/ports/git/git-repository.ts';
import { copyMap, copyTree, type SecretMap } from '#core/secret/secret-tree.ts';
import { wipeAuth } from '#core/sync/git-credentials.ts';
import { filesAtOrBelow } from '#core/sync/select-files.ts';
import { decryptBlob } from '../../sources/decrypt-blob.ts';
import { readDecryptionKeys, wipeKeys } from '../../sources/decryption-keys.ts';
import { clampLimits, readGitRequest } from '../../sources/source-request.ts';
import type { Revision } from './find-revision.ts';
import type { GitStore, GitStoreParts } from './git-store-parts.ts';

/**
 * The file at a path of the Store. Throws `MAYFLY_STORE_NOT_FOUND`, and why an entry of the repository is never read.
 */
export function findFile({ name, provider }: GitStore, { tree }: Revision, path: string): GitFile {
  const at = provider.path === '' ? path : `${provider.path}/${path}`;
  const refused = tree.unreadable.get(at);
  if (refused !== undefined) throw createError(refused, {});
  const [file] = filesAtOrBelow(tree.files, at);
  if (file?.path !== at) throw createError('MAYFLY_STORE_NOT_FOUND', { store: name, path });
  return file;
}

export interface FileToOpen {
  readonly store: GitStore;
  readonly revision: Revision;
  readonly file: GitFile;
}

/** Decrypts one file with the keys of its Store: copies of them, wiped when it is open. Throws what each of the steps does. */
export async function openFile(
  parts: GitStoreParts,
  { store, revision, file }: FileToOpen,
  signal: AbortSignal,
): Promise<DecryptedFile> {
  const read = await readEncrypted(parts, { revision, file }, signal);
  const holder = { metadata: store, keys: store.provider.keys };
  const keys = await readDecryptionKeys(parts.sources.keys, holder);
  try {
    const { decryptors } = parts;
    return await decryptBlob({ decryptors, keys }, { path: file.path, read }, signal);
  } finally {
    wipeKeys(keys);
  }
}

async function readEncrypted(
  { sources, blobs }: GitStoreParts,
  { revision: { input, tree }, file }: Omit<FileToOpen, 'store'>,
  signal: AbortSignal,
): Promise<ReadBlob> {
  const { namespace, name } = input.source.metadata;
  const { fileBytes } = clampLimits(input.source.limits, sources.options.git);
  const bytes = blobs.find(`${namespace}/${name}`, file.blob, fileBytes);
  if (bytes !== null) return { blob: file.blob, bytes };
  const request = await readGitRequest(sources, input, { commit: tree.commit });
  try {
    for await (const read of blobs.git.readBlobs(request, [file.blob], signal)) return read;
  } finally {
    wipeAuth(request.auth);
  }
  throw createError('MAYFLY_INTERNAL_BUG', { where: 'a blob that was not answered' });
}

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
