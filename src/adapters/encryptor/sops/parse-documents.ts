import { createError } from '#core/errors/mayfly-error.ts';
import type { FileFormat } from '#core/ports/decryptor.ts';
import type { SourceMap } from '#core/secret/source-tree.ts';
import { resolveYamlScalar } from '#core/sops/scalar/yaml-scalar.ts';
import { parseDotenv } from '#core/sops/text/parse-dotenv.ts';
import { parseIni } from '#core/sops/text/parse-ini.ts';
import { parseJson } from '#core/sops/text/parse-json.ts';
import { parseSourceYaml } from '#platform/yaml/parse-source.ts';

export interface DocumentSource {
  readonly path: string;
  readonly bytes: Uint8Array;
  /** An encrypted binary file is JSON. */
  readonly format: FileFormat;
}

/** Parses the documents of a file, metadata included. Throws what the parser of the format throws. */
export function parseDocuments({ path, bytes, format }: DocumentSource): readonly SourceMap[] {
  if (format === 'yaml') return parseSourceYaml(bytes, path, resolveYamlScalar);
  const source = { path, text: decodeText(path, bytes, format) };
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

export function startsAsObject(bytes: Uint8Array): boolean {
  return Buffer.from(bytes.subarray(0, 64)).toString('latin1').trimStart().startsWith('{');
}

function decodeText(path: string, bytes: Uint8Array, format: FileFormat): string {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    throw createError('MAYFLY_SOPS_SYNTAX', { path, format, line: 1 });
  }
}
