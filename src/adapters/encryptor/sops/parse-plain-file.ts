import { createError } from '#core/errors/mayfly-error.ts';
import type { FileFormat } from '#core/ports/decryptor.ts';
import type { PlainFile } from '#core/ports/encryptor.ts';
import { SecretBytes } from '#core/secret/secret-bytes.ts';
import type { SecretMap } from '#core/secret/secret-tree.ts';
import type { SourceMap } from '#core/secret/source-tree.ts';
import { splitMetadata } from '#core/sops/metadata/split-metadata.ts';
import { parseDocuments, startsAsObject } from './parse-documents.ts';
import { wrapLeaves } from '#core/sops/write/wrap-leaves.ts';

/**
 * Parses a plain file into the documents to encrypt; the caller wipes them. A binary file is one text under `data`.
 * Throws what the parsers throw, `MAYFLY_SOPS_ALREADY_ENCRYPTED` for a file with metadata and
 * `MAYFLY_SOPS_NOTHING_TO_ENCRYPT` for one without a document.
 */
export function parsePlainFile(file: PlainFile, format: FileFormat): readonly SecretMap[] {
  const bytes = file.bytes.expose();
  if (format === 'binary') {
    refuseEncryptedBinary(file.path, bytes);
    return [binaryDocument(bytes)];
  }
  const documents = parseDocuments({ path: file.path, bytes, format });
  refuseEncrypted({ path: file.path, format, documents });
  if (documents.length === 0) {
    throw createError('MAYFLY_SOPS_NOTHING_TO_ENCRYPT', { path: file.path });
  }
  return documents.map((document) => wrapLeaves(document));
}

/** As SOPS has it, the content is a text, whatever its bytes are. */
export function binaryDocument(bytes: Uint8Array): SecretMap {
  const value = { kind: 'value', type: 'str', bytes: SecretBytes.copyOf(bytes) } as const;
  return { kind: 'map', entries: [{ kind: 'entry', key: 'data', value }] };
}

interface Parsed {
  readonly path: string;
  readonly format: FileFormat;
  readonly documents: readonly SourceMap[];
}

function refuseEncrypted(parsed: Parsed): void {
  if (splitMetadata(parsed) === null) return;
  throw createError('MAYFLY_SOPS_ALREADY_ENCRYPTED', { path: parsed.path });
}

/** A binary file that is encrypted is a JSON object with metadata; one that only looks like it is content. */
function refuseEncryptedBinary(path: string, bytes: Uint8Array): void {
  if (!startsAsObject(bytes) || !Buffer.from(bytes).includes('ENC[AES256_GCM,')) return;
  const documents = parseDocuments({ path, bytes, format: 'json' });
  refuseEncrypted({ path, format: 'json', documents });
}
