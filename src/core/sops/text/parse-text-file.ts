import { createError } from '#core/errors/mayfly-error.ts';
import type { FileFormat } from '#core/ports/decryptor.ts';
import type { SourceMap } from '#core/secret/source-tree.ts';
import { parseDotenv } from './parse-dotenv.ts';
import { parseIni } from './parse-ini.ts';
import { parseJson } from './parse-json.ts';

/** A file of a format that core reads itself; YAML has its own module. */
export interface TextFile {
  readonly path: string;
  readonly format: Exclude<FileFormat, 'yaml'>;
  readonly bytes: Uint8Array;
}

/** The one document of a file; a binary file is encrypted into JSON. Throws what the parser of the format throws. */
export function parseTextFile(file: TextFile): SourceMap {
  const source = { path: file.path, text: decode(file) };
  switch (file.format) {
    case 'json':
    case 'binary':
      return parseJson(source);
    case 'dotenv':
      return parseDotenv(source);
    case 'ini':
      return parseIni(source);
  }
}

function decode({ path, format, bytes }: TextFile): string {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    throw createError('MAYFLY_SOPS_SYNTAX', { path, format, line: 1 });
  }
}
