import { stringify, type Document } from 'yaml';
import { decodeYaml, parseDocuments } from './parse-documents.ts';

/** One change of a YAML document. */
export interface YamlEdit {
  readonly path: readonly (string | number)[];
  /** Null takes the entry away, with the comments that stand before it. */
  readonly value: string | null;
}

/**
 * A YAML stream with some entries changed: comments, order, quotes and blank lines of all others stay. `edits` are
 * those of each document, in their order. Throws what {@link parseDocuments} throws.
 */
export function editDocuments(
  bytes: Uint8Array,
  name: string,
  edits: readonly (readonly YamlEdit[])[],
): string {
  const text = decodeYaml(bytes, name);
  const { documents } = parseDocuments(text, name);
  for (const [index, document] of documents.entries()) {
    for (const { path, value } of edits[index] ?? []) {
      if (value === null) document.deleteIn(path);
      else document.setIn(path, value);
    }
  }
  const isIndented = /^( *)[^\s#][^\n]*:[ \t]*\n\1 +- /mu.test(text);
  return documents.map((document, index) => write(document, index, isIndented)).join('');
}

function write(document: Document.Parsed, index: number, indentSeq: boolean): string {
  const body = document.toString({ lineWidth: 0, indentSeq });
  const isMarked = index === 0 || body.startsWith('---') || body.startsWith('%');
  return isMarked ? body : `---\n${body}`;
}

/** A plain value as YAML, its lines never folded. */
export function renderYaml(value: unknown): string {
  return stringify(value, { lineWidth: 0, aliasDuplicateObjects: false });
}
