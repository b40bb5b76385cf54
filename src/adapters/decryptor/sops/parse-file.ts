import { createError } from '#core/errors/mayfly-error.ts';
import type { EncryptedFile, FileFormat } from '#core/ports/decryptor.ts';
import type { SourceMap } from '#core/secret/source-tree.ts';
import { readMetadata } from '#core/sops/metadata/read-metadata.ts';
import { splitMetadata } from '#core/sops/metadata/split-metadata.ts';
import type { SealedFile } from '#core/sops/read/open-documents.ts';
import { resolveYamlScalar } from '#core/sops/scalar/yaml-scalar.ts';
import { parseDotenv } from '#core/sops/text/parse-dotenv.ts';
import { parseIni } from '#core/sops/text/parse-ini.ts';
import { parseJson } from '#core/sops/text/parse-json.ts';
import { tellFormat } from '#core/sops/text/tell-format.ts';
import { parseSourceYaml } from '#platform/yaml/parse-source.ts';

/** A file that is known to be of the SOPS format. */
export interface ParsedFile extends SealedFile {
  readonly format: FileFormat;
}

/**
 * Parses a file of the SOPS format. Null when it is none: it neither has metadata nor an encrypted value. Throws
 * what the parsers throw, and `MAYFLY_SOPS_METADATA` for encrypted values without metadata.
 */
export function parseFile(file: EncryptedFile): ParsedFile | null {
  const format = file.format ?? tellFormat(file.path);
  const bytes = Buffer.from(file.bytes.buffer, file.bytes.byteOffset, file.bytes.byteLength);
  const hasValues = bytes.includes('ENC[AES256_GCM,');
  if (!hasValues && !bytes.includes('sops')) return null;
  if (format === 'binary' && !startsAsObject(bytes)) return null;
  const documents = parseDocuments(file, format);
  const split = splitMetadata({ path: file.path, format, documents });
  if (split !== null) {
    const metadata = readMetadata(split.block, file.path);
    return { path: file.path, format, documents: split.documents, metadata };
  }
  if (!hasValues) return null;
  throw createError('MAYFLY_SOPS_METADATA', { path: file.path, field: 'there is none' });
}

function parseDocuments(file: EncryptedFile, format: FileFormat): readonly SourceMap[] {
  if (format === 'yaml') return parseSourceYaml(file.bytes, file.path, resolveYamlScalar);
  const source = { path: file.path, text: decode(file, format) };
  switch (format) {
    case 'json':
    case 'binary':
      return [parseJson(source)];
    case 'dotenv':
      return [parseDotenv(source)];
    case 'ini':
      return [parseIni(source)];
  }
}

function decode(file: EncryptedFile, format: FileFormat): string {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(file.bytes);
  } catch {
    throw createError('MAYFLY_SOPS_SYNTAX', { path: file.path, format, line: 1 });
  }
}

/** A binary file is encrypted into a JSON object; anything else is a file that has nothing to do with SOPS. */
function startsAsObject(bytes: Buffer): boolean {
  const opening = bytes.subarray(0, 64).toString('latin1').trimStart();
  return opening.startsWith('{');
}
