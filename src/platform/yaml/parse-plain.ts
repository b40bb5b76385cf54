import { createError } from '#core/errors/mayfly-error.ts';
import { isAlias, isMap, isScalar, isSeq, type ParsedNode, type Scalar, type YAMLMap } from 'yaml';
import { lineAt, type Budget } from './budget.ts';
import { decodeYaml, parseDocuments } from './parse-documents.ts';

/**
 * Reads a YAML stream into one plain value per document, typed by the YAML 1.2 core schema: maps become objects
 * without a prototype, in document order except for keys that look like array indexes. Empty documents are null.
 *
 * Throws `MAYFLY_YAML_SYNTAX`, `MAYFLY_YAML_DUPLICATE_KEY`, `MAYFLY_YAML_UNSUPPORTED` (tags, keys that are not
 * scalars) and `MAYFLY_YAML_LIMIT`, each with `name` and the line, never with the text.
 */
export function parsePlainYaml(bytes: Uint8Array, name: string): unknown[] {
  const { documents, budget } = parseDocuments(decodeYaml(bytes, name), name);
  return documents.map((document) => {
    const reader: Reader = { budget, anchors: new Map() };
    return document.contents === null ? null : readNode(reader, document.contents, 1);
  });
}

interface Reader {
  readonly budget: Budget;
  /** Later definitions of a name replace earlier ones, so it fills as the document is read. */
  readonly anchors: Map<string, ParsedNode>;
}

function readNode(reader: Reader, node: ParsedNode, depth: number): unknown {
  reader.budget.takeNode(depth, node.range[0]);
  if (isAlias(node)) return readAlias(reader, node, depth);
  const value = isScalar(node) ? node.value : readCollection(reader, node, depth);
  if (node.anchor !== undefined) reader.anchors.set(node.anchor, node);
  return value;
}

function readCollection(reader: Reader, node: ParsedNode, depth: number): unknown {
  if (isMap(node)) return readMap(reader, node, depth);
  if (!isSeq(node)) return null;
  return node.items.map((item) => readNode(reader, item, depth + 1));
}

/** An anchor is known only after its own node was read: an alias inside of it is refused as unknown. */
function readAlias(reader: Reader, node: ParsedNode & { source: string }, depth: number): unknown {
  reader.budget.takeAlias(node.range[0]);
  const target = reader.anchors.get(node.source);
  if (target === undefined) throw refuse(reader, 'an alias without an anchor', node.range[0]);
  return readNode(reader, target, depth);
}

function readMap(
  reader: Reader,
  node: YAMLMap.Parsed<ParsedNode, ParsedNode | null>,
  depth: number,
): unknown {
  const object = Object.create(null) as Record<string, unknown>;
  for (const pair of node.items) {
    const key = readKey(reader, pair.key);
    if (Object.hasOwn(object, key)) {
      const line = lineAt(reader.budget.place.text, pair.key.range[0]);
      throw createError('MAYFLY_YAML_DUPLICATE_KEY', { name: reader.budget.place.name, line });
    }
    object[key] = pair.value === null ? null : readNode(reader, pair.value, depth + 1);
  }
  return object;
}

/** A key is its own text: `1` and `true` name entries just as `a` does. */
function readKey(reader: Reader, node: ParsedNode): string {
  if (!isScalar(node) || node.value === null) {
    throw refuse(reader, 'a key that is not a scalar', node.range[0]);
  }
  return typeof node.value === 'string' ? node.value : sourceOf(node);
}

function sourceOf(node: Scalar.Parsed): string {
  return node.source;
}

function refuse(reader: Reader, feature: string, offset: number): Error {
  const { name, text } = reader.budget.place;
  return createError('MAYFLY_YAML_UNSUPPORTED', { feature, name, line: lineAt(text, offset) });
}
