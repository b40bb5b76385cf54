import { createError } from '#core/errors/mayfly-error.ts';
import type { DataKeyUnwrapper } from '#core/ports/data-key.ts';
import type { DecryptedFile, Decryptor, FileFormat } from '#core/ports/decryptor.ts';
import type { PreviousVersion } from '#core/ports/encryptor.ts';
import type { SecretBytes } from '#core/secret/secret-bytes.ts';
import { wipeTree, type SecretMap } from '#core/secret/secret-tree.ts';
import type { SourceMap } from '#core/secret/source-tree.ts';
import type { KeyGroup, SopsMetadata } from '#core/sops/metadata/metadata.ts';
import { readMetadata } from '#core/sops/metadata/read-metadata.ts';
import { splitMetadata } from '#core/sops/metadata/split-metadata.ts';
import { binaryDocument } from './parse-plain-file.ts';
import { parseDocuments } from './parse-documents.ts';

/** The encrypted file that is replaced, opened and proven. */
export interface OpenedPrevious {
  readonly bytes: Uint8Array;
  readonly metadata: SopsMetadata;
  readonly keys: KeyGroup;
  readonly dataKey: SecretBytes;
  readonly source: readonly SourceMap[];
  readonly plain: readonly SecretMap[];
  /** Wipes the plaintexts and the data key. */
  wipe(): void;
}

export interface PreviousDeps {
  readonly decryptor: Decryptor;
  readonly unwrapper: DataKeyUnwrapper;
}

/**
 * Opens the previous version of a file. Throws what the decryptor throws, `MAYFLY_SOPS_PREVIOUS_PLAIN` when it is
 * not an encrypted file of this format, and `MAYFLY_SOPS_PREVIOUS_GROUPS` when its data key is shared out.
 */
export async function openPrevious(
  deps: PreviousDeps,
  previous: PreviousVersion & { readonly format: FileFormat },
  signal: AbortSignal,
): Promise<OpenedPrevious> {
  const { path, bytes } = previous.file;
  const { format } = previous;
  const opened = await deps.decryptor.decrypt({ path, bytes, format }, previous.keys, signal);
  const split =
    opened && splitMetadata({ path, format, documents: parseDocuments({ path, bytes, format }) });
  if (opened === null || split === null) throw createError('MAYFLY_SOPS_PREVIOUS_PLAIN', { path });
  const metadata = readMetadata(split.block, path);
  const [keys = [], ...others] = metadata.keyGroups;
  const dataKey = others.length > 0 ? null : await unwrapAny(deps, { keys, previous }, signal);
  if (dataKey === null) {
    opened.wipe();
    throw createError('MAYFLY_SOPS_PREVIOUS_GROUPS', { path });
  }
  const plain = documentsOf(opened);
  return {
    bytes,
    metadata,
    keys,
    dataKey,
    source: split.documents,
    plain,
    wipe(): void {
      opened.wipe();
      for (const document of plain) wipeTree(document);
      dataKey.wipe();
    },
  };
}

interface Wrapped {
  readonly keys: KeyGroup;
  readonly previous: PreviousVersion;
}

/** The file was decrypted before, so one of its copies opens. */
async function unwrapAny(
  { unwrapper }: PreviousDeps,
  { keys, previous }: Wrapped,
  signal: AbortSignal,
): Promise<SecretBytes | null> {
  for (const key of keys.filter(({ kind }) => kind === unwrapper.kind)) {
    const dataKey = await unwrapper.unwrap(key, previous.keys, signal);
    if (dataKey !== null) return dataKey;
  }
  return null;
}

function documentsOf(opened: DecryptedFile): readonly SecretMap[] {
  return opened.documents.flatMap((document) => {
    if (document.kind === 'value') return [binaryDocument(document.bytes.expose())];
    return document.kind === 'map' ? [document] : [];
  });
}
