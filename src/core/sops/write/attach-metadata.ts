import type { FileFormat } from '#core/ports/decryptor.ts';
import type { SourceEntry, SourceMap } from '#core/secret/source-tree.ts';
import { flatten } from '../metadata/flatten.ts';
import { metadataKey } from '../metadata/metadata.ts';

/** Puts the metadata where the format has it; the counterpart of `splitMetadata`. */
export function attachMetadata(
  documents: readonly SourceMap[],
  block: SourceMap,
  format: FileFormat,
): readonly SourceMap[] {
  const added = entriesFor(block, format);
  return documents.map((document) => ({ kind: 'map', entries: [...document.entries, ...added] }));
}

function entriesFor(block: SourceMap, format: FileFormat): readonly SourceEntry[] {
  if (format === 'dotenv') return sorted(flatten(block, `${metadataKey}_`));
  const value: SourceMap =
    format === 'ini'
      ? { kind: 'map', entries: sorted(flatten(block, '')).map((entry) => withoutNewlines(entry)) }
      : block;
  return [{ kind: 'entry', key: metadataKey, value }];
}

function sorted(entries: readonly SourceEntry[]): readonly SourceEntry[] {
  return entries.toSorted((left, right) => (left.key < right.key ? -1 : 1));
}

/** INI metadata carries its line breaks as the two characters `\n`. */
function withoutNewlines(entry: SourceEntry): SourceEntry {
  if (entry.value.kind !== 'value') return entry;
  return { ...entry, value: { ...entry.value, text: entry.value.text.replaceAll('\n', '\\n') } };
}
