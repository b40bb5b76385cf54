import { createError } from '#core/errors/mayfly-error.ts';
import type {
  ResolveScalar,
  SourceComment,
  SourceList,
  SourceMap,
  SourceNode,
  SourceValue,
} from '#core/secret/source-tree.ts';
import type { TreeNull } from '#core/secret/tree.ts';
import { isAlias, isMap, isScalar, isSeq, type Document, type ParsedNode, type Scalar } from 'yaml';
import type { YAMLMap, YAMLSeq } from 'yaml';
import { lineAt } from './budget.ts';
import { CommentCursor } from './comment-cursor.ts';
import type { ParsedStream } from './parse-documents.ts';

/** Turns an AST into ordered documents with their comments; see {@link parseSourceYaml} for what it refuses. */
export function readSourceDocuments(stream: ParsedStream, resolve: ResolveScalar): SourceMap[] {
  const comments = new CommentCursor(stream.budget.place.text);
  return stream.documents.map((document) =>
    new SourceReader(stream, resolve, comments).document(document),
  );
}

/** Where a node stands: how deep, where its parent starts in the line, and where the next thing after it begins. */
interface Place {
  readonly depth: number;
  readonly column: number;
  readonly limit: number;
}

/** Where the comments of a collection stand. */
interface Bounds {
  readonly column: number;
  readonly limit: number;
}

const nothing: TreeNull = { kind: 'null' };

function innerPlace(outer: Place, bounds: Bounds, next: number | undefined): Place {
  return { depth: outer.depth + 1, column: bounds.column, limit: next ?? bounds.limit };
}

class SourceReader {
  readonly #stream: ParsedStream;
  readonly #resolve: ResolveScalar;
  readonly #comments: CommentCursor;
  /** Later definitions of a name replace earlier ones, so it fills as the document is read. */
  readonly #anchors = new Map<string, SourceNode>();

  constructor(stream: ParsedStream, resolve: ResolveScalar, comments: CommentCursor) {
    this.#stream = stream;
    this.#resolve = resolve;
    this.#comments = comments;
  }

  document(document: Document.Parsed): SourceMap {
    const limit = document.range[2];
    const { contents } = document;
    const root = contents === null ? null : this.#read(contents, { depth: 1, column: -1, limit });
    if (root !== null && root.kind !== 'map' && root.kind !== 'null') {
      throw this.#refuse('a root that is no map', document.range[0]);
    }
    const entries = root?.kind === 'map' ? root.entries : [];
    return { kind: 'map', entries: [...entries, ...this.#comments.takeBefore(limit, 0)] };
  }

  #refuse(feature: string, offset: number): Error {
    const { name, text } = this.#stream.budget.place;
    return createError('MAYFLY_YAML_UNSUPPORTED', { feature, name, line: lineAt(text, offset) });
  }

  #read(node: ParsedNode, place: Place): SourceNode {
    this.#stream.budget.takeNode(place.depth, node.range[0]);
    if (isAlias(node)) return this.#alias(node, place.depth);
    const read = this.#content(node, place);
    if (node.anchor !== undefined) this.#anchors.set(node.anchor, read);
    return read;
  }

  #content(node: ParsedNode, place: Place): SourceNode {
    if (isScalar(node)) return this.#scalar(node);
    if (isMap(node)) return this.#map(node, place);
    return isSeq(node) ? this.#list(node, place) : { kind: 'null' };
  }

  #alias(node: ParsedNode & { source: string }, depth: number): SourceNode {
    this.#stream.budget.takeAlias(node.range[0]);
    const target = this.#anchors.get(node.source);
    if (target === undefined) throw this.#refuse('an alias without an anchor', node.range[0]);
    this.#charge(target, depth, node.range[0]);
    return target;
  }

  /** An expanded alias costs what it expands to, though it is shared in memory. */
  #charge(node: SourceNode | SourceComment, depth: number, offset: number): void {
    this.#stream.budget.takeNode(depth, offset);
    if (node.kind === 'list') {
      for (const item of node.items) this.#charge(item, depth + 1, offset);
    } else if (node.kind === 'map') {
      for (const entry of node.entries) {
        if (entry.kind === 'entry') this.#charge(entry.value, depth + 1, offset);
      }
    }
  }

  #scalar(node: Scalar.Parsed): SourceValue | TreeNull {
    const isText = node.tag === 'tag:yaml.org,2002:str';
    if (node.tag !== undefined && !isText) throw this.#refuse('a typed tag', node.range[0]);
    const text = node.source;
    if (isText || node.type !== 'PLAIN') return { kind: 'value', type: 'str', text };
    const resolved = this.#resolve(text);
    if (resolved === null) throw this.#refuse('a number beyond 64 bits', node.range[0]);
    return resolved;
  }

  #list(node: YAMLSeq.Parsed, place: Place): SourceList {
    const bounds = this.#boundsOf(node, place);
    const last = bounds.column === place.column ? bounds.column + 1 : bounds.column;
    // The types allow a bare pair in a list; the parser makes a map of it.
    const items = node.items as readonly ParsedNode[];
    const read: SourceList['items'][number][] = [];
    for (const [at, item] of items.entries()) {
      read.push(...this.#comments.takeBefore(item.range[0], 0));
      const value = this.#read(item, innerPlace(place, bounds, items[at + 1]?.range[0]));
      read.push(...this.#behind(item), value);
    }
    read.push(...this.#comments.takeBefore(bounds.limit, last));
    return { kind: 'list', items: [...this.#behindFlow(node), ...read] };
  }

  #map(node: YAMLMap.Parsed, place: Place): SourceMap {
    const bounds = this.#boundsOf(node, place);
    const read: SourceMap['entries'][number][] = [];
    const keys = new Set<string>();
    for (const [at, { key, value }] of node.items.entries()) {
      read.push(...this.#comments.takeBefore(key.range[0], 0));
      const name = this.#key(key, keys);
      if (isNested(value)) read.push(...this.#comments.takeBehind(key.range[1], false));
      const inner = innerPlace(place, bounds, node.items[at + 1]?.key.range[0]);
      const content = value === null ? nothing : this.#read(value, inner);
      read.push(...this.#behind(value ?? key), { kind: 'entry', key: name, value: content });
    }
    read.push(...this.#comments.takeBefore(bounds.limit, bounds.column));
    return { kind: 'map', entries: [...this.#behindFlow(node), ...read] };
  }

  /** In flow style columns tell nothing, and the brackets say where the collection ends. */
  #boundsOf(node: YAMLMap.Parsed | YAMLSeq.Parsed, place: Place): Bounds {
    if (node.flow === true) return { column: 0, limit: node.range[1] };
    return { column: this.#comments.columnOf(node.range[0]), limit: place.limit };
  }

  /** A comment behind a collection in flow style is taken into it, as go-yaml does. */
  #behindFlow(node: YAMLMap.Parsed | YAMLSeq.Parsed): SourceComment[] {
    return node.flow === true ? this.#comments.takeBehind(node.range[1], false) : [];
  }

  /** A block scalar has its comment behind the header, anything else behind its end. */
  #behind(node: ParsedNode): SourceComment[] {
    if (isMap(node) || isSeq(node)) return [];
    const isBlock = isScalar(node) && node.type?.startsWith('BLOCK') === true;
    const isAbsent = isScalar(node) && node.range[0] === node.range[1];
    return this.#comments.takeBehind(node.range[isBlock ? 0 : 1], !isAbsent);
  }

  #key(key: ParsedNode, keys: Set<string>): string {
    const read = isScalar(key) ? this.#scalar(key) : null;
    if (read?.kind !== 'value' || read.type !== 'str') {
      throw this.#refuse('a key that is not text', key.range[0]);
    }
    if (keys.has(read.text)) {
      const { name, text } = this.#stream.budget.place;
      throw createError('MAYFLY_YAML_DUPLICATE_KEY', { name, line: lineAt(text, key.range[0]) });
    }
    keys.add(read.text);
    return read.text;
  }
}

/** Whether a node is a collection in block style, which holds its comments itself. */
function isNested(node: ParsedNode | null): boolean {
  return node !== null && (isMap(node) || isSeq(node)) && node.flow !== true;
}
