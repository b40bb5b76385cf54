import { createError } from '#core/errors/mayfly-error.ts';
import type { EncryptedFile, FileFormat } from '#core/ports/decryptor.ts';
import type { SourceMap } from '#core/secret/source-tree.ts';
import { readMetadata } from '#core/sops/metadata/read-metadata.ts';
import { splitMetadata } from '#core/sops/metadata/split-metadata.ts';
import type { SealedFile } from '#core/sops/read/open-documents.ts';
import { resolveYamlScalar } from '#core/sops/scalar/yaml-scalar.ts';
import { parseTextFile } from '#core/sops/text/parse-text-file.ts';
import { tellFormat } from '#core/sops/text/tell-format.ts';
import { parseSimpleYaml, parseSourceYaml } from '#platform/yaml/parse-source.ts';

/** A file that is known to be of the SOPS format. */
export interface ParsedFile extends SealedFile {
  readonly format: FileFormat;
}

/** Whether a file may take as long as it takes, or has to be quick because it is parsed on the event loop. */
export type Effort = 'any' | 'little';

/** Files up to this size are quick to parse whatever they hold. */
const smallBytes = 4 * 1024;
/** No file over this size is. */
const largeBytes = 64 * 1024;

/**
 * Parses a file of the SOPS format. Null when it is none: it neither has metadata nor an encrypted value; `costly`
 * when it would take more than little effort. Throws what the parsers throw, and `MAYFLY_SOPS_METADATA` for encrypted
 * values without metadata.
 */
export function parseFile(file: EncryptedFile, effort: Effort): ParsedFile | 'costly' | null {
  const format = file.format ?? tellFormat(file.path);
  const bytes = Buffer.from(file.bytes.buffer, file.bytes.byteOffset, file.bytes.byteLength);
  const hasValues = bytes.includes('ENC[AES256_GCM,');
  if (!(hasValues || bytes.includes('sops')) || !mayBe(format, bytes)) return null;
  const documents = parseDocuments(file, format, effort);
  if (documents === null) return 'costly';
  const split = splitMetadata({ path: file.path, format, documents });
  if (split !== null) {
    const metadata = readMetadata(split.block, file.path);
    return { path: file.path, format, documents: split.documents, metadata };
  }
  if (!hasValues) return null;
  throw createError('MAYFLY_SOPS_METADATA', { path: file.path, field: 'there is none' });
}

function parseDocuments(
  file: EncryptedFile,
  format: FileFormat,
  effort: Effort,
): readonly SourceMap[] | null {
  const { path, bytes } = file;
  if (effort === 'little' && bytes.length > largeBytes) return null;
  if (format !== 'yaml') return [parseTextFile({ path, format, bytes })];
  const isQuick = effort === 'any' || bytes.length <= smallBytes;
  const parse = isQuick ? parseSourceYaml : parseSimpleYaml;
  return parse(bytes, path, resolveYamlScalar);
}

/** A binary file is encrypted into a JSON object; anything else is a file that has nothing to do with SOPS. */
function mayBe(format: FileFormat, bytes: Buffer): boolean {
  return format !== 'binary' || bytes.toString('latin1', 0, 64).trimStart().startsWith('{');
}
