import { createError } from '#core/errors/mayfly-error.ts';
import type { FileFormat } from '#core/ports/decryptor.ts';
import type { SourceEntry, SourceMap, SourceNode } from '#core/secret/source-tree.ts';
import { unflatten } from './flatten.ts';
import { metadataKey } from './metadata.ts';

/** A file's content without its metadata, and the metadata block of its first document. */
export interface SplitFile {
  readonly documents: readonly SourceMap[];
  readonly block: SourceMap;
}

interface ParsedFile {
  readonly path: string;
  readonly format: FileFormat;
  readonly documents: readonly SourceMap[];
}

const dotenvPrefix = `${metadataKey}_`;

/**
 * Takes the metadata out: from the first document it counts, from the others it is only dropped. Returns null for
 * a file without metadata; throws `MAYFLY_SOPS_METADATA` when there is some and it is no map.
 */
export function splitMetadata(file: ParsedFile): SplitFile | null {
  return file.format === 'dotenv' ? splitPrefixed(file) : splitNamed(file);
}

function splitNamed(file: ParsedFile): SplitFile | null {
  const found = file.documents[0]?.entries.find((entry) => isMetadata(entry));
  if (found?.kind !== 'entry') return null;
  const documents = file.documents.map((document): SourceMap => ({
    kind: 'map',
    entries: document.entries.filter((entry) => !isMetadata(entry)),
  }));
  return { documents, block: blockOf(file, found.value) };
}

function isMetadata(entry: SourceMap['entries'][number]): boolean {
  return entry.kind === 'entry' && entry.key === metadataKey;
}

function blockOf(file: ParsedFile, value: SourceNode): SourceMap {
  const block = value.kind === 'map' ? value : null;
  const nested = block !== null && file.format === 'ini' ? unflatten(withNewlines(block)) : block;
  if (nested === null) {
    throw createError('MAYFLY_SOPS_METADATA', { path: file.path, field: metadataKey });
  }
  return nested;
}

/** INI metadata carries its line breaks as the two characters `\n`. */
function withNewlines(block: SourceMap): SourceMap {
  return {
    kind: 'map',
    entries: block.entries.map((entry) => {
      if (entry.kind !== 'entry' || entry.value.kind !== 'value') return entry;
      const text = entry.value.text.replaceAll('\\n', '\n');
      return { ...entry, value: { ...entry.value, text } };
    }),
  };
}

function splitPrefixed(file: ParsedFile): SplitFile | null {
  const [document] = file.documents;
  if (document === undefined) return null;
  const prefixed = document.entries.filter((entry) => isPrefixed(entry));
  if (prefixed.length === 0) return null;
  const flat = prefixed.map((entry) => ({ ...entry, key: entry.key.slice(dotenvPrefix.length) }));
  const block = unflatten({ kind: 'map', entries: flat });
  if (block === null) {
    throw createError('MAYFLY_SOPS_METADATA', { path: file.path, field: metadataKey });
  }
  const entries = document.entries.filter((entry) => !isPrefixed(entry));
  return { documents: [{ kind: 'map', entries }], block };
}

function isPrefixed(entry: SourceMap['entries'][number]): entry is SourceEntry {
  return entry.kind === 'entry' && entry.key.startsWith(dotenvPrefix);
}
