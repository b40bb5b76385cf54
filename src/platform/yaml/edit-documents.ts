import { isNode, isSeq, stringify, visit, type Document } from 'yaml';
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
  const style: Style = {
    lineWidth: 0,
    // As most of the lists and braces of the text are written.
    indentSeq: !documents.some((document) => hasFlatList(document, text)),
    flowCollectionPadding: text.includes('{ '),
  };
  return documents.map((document, index) => write(document, index, style)).join('');
}

type Style = NonNullable<Parameters<Document['toString']>[0]>;

/** Whether a list stands below its key without being set in. */
function hasFlatList(document: Document.Parsed, text: string): boolean {
  let found = false;
  visit(document, {
    Pair(_, { key, value }) {
      if (!isSeq(value) || value.flow === true) return undefined;
      found = columnOf(text, value) <= columnOf(text, key);
      return found ? visit.BREAK : undefined;
    },
  });
  return found;
}

function columnOf(text: string, node: unknown): number {
  const offset = isNode(node) ? (node.range?.[0] ?? 0) : 0;
  return offset - text.lastIndexOf('\n', offset - 1);
}

function write(document: Document.Parsed, index: number, style: Style): string {
  const body = document.toString(style);
  const isMarked = index === 0 || body.startsWith('---') || body.startsWith('%');
  return isMarked ? body : `---\n${body}`;
}

/** A plain value as YAML, its lines never folded. */
export function renderYaml(value: unknown): string {
  return stringify(value, { lineWidth: 0, aliasDuplicateObjects: false });
}
