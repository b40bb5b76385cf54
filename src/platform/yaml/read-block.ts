import type {
  ResolveScalar,
  SourceComment,
  SourceEntry,
  SourceMap,
  SourceNode,
} from '#core/secret/source-tree.ts';
import { BlockLines } from './block-lines.ts';
import { inlineComment, readInlineValue, readLiteral, type InlineValue } from './block-scalars.ts';
import { yamlLimits } from './limits.ts';

/** Anything that is read differently, or not at all, by one YAML reader or another. */
const unusual = /[^\n -~\u00a1-\u2027\u202a-\ud7ff\ue000-\ufefe\uff00-\ufffd]/gu;
const keyPattern = /(?:([A-Za-z_/.$][\w./$-]*)|"([^"\\]*)"|'([^']*)'):(?: +|$)/uy;

/**
 * Reads the plain block style that sops itself writes: nested maps and lists, scalars on one line, literal
 * blocks, comments. Returns null for a text that has anything else; then the full reader decides. What it does read,
 * it reads exactly as the full reader does, only many times faster.
 */
export function readBlockYaml(text: string, resolve: ResolveScalar): SourceMap[] | null {
  if (text.search(unusual) !== -1) return null;
  return new BlockReader(text, resolve).documents();
}

class BlockReader {
  readonly #lines: BlockLines;
  readonly #resolve: ResolveScalar;
  #nodes = 0;

  constructor(text: string, resolve: ResolveScalar) {
    this.#lines = new BlockLines(text);
    this.#resolve = resolve;
  }

  documents(): SourceMap[] | null {
    const documents: SourceMap[] = [];
    this.#skipMark();
    if (this.#lines.isAtEnd) return null;
    while (!this.#lines.isAtEnd) {
      const document = this.#map(0, 1);
      if (document === null || !this.#isBetweenDocuments()) return null;
      documents.push(document);
      if (documents.length > yamlLimits.documents || this.#endsWithMark()) return null;
    }
    return documents;
  }

  /** A mark at the end opens one more document, an empty one. */
  #endsWithMark(): boolean {
    const isMarked = !this.#lines.isAtEnd;
    this.#skipMark();
    return isMarked && this.#lines.isAtEnd;
  }

  #isBetweenDocuments(): boolean {
    return this.#lines.isAtEnd || this.#lines.isDocumentMark;
  }

  #skipMark(): void {
    this.#lines.skipBlank();
    if (!this.#lines.isAtEnd && this.#lines.line === '---') {
      this.#lines.at += 1;
      this.#lines.skipBlank();
    }
  }

  #map(column: number, depth: number): SourceMap | null {
    const lines = this.#lines;
    const entries: (SourceEntry | SourceComment)[] = [];
    const keys = new Set<string>();
    for (lines.skipBlank(); this.#isInside(column, entries.length); lines.skipBlank()) {
      if (lines.isComment) {
        entries.push(this.#ownLineComment());
      } else {
        const entry = this.#entry(column, depth, entries);
        if (entry === null || keys.has(entry.key)) return null;
        keys.add(entry.key);
        entries.push(entry);
      }
    }
    return keys.size === 0 || lines.column > column ? null : { kind: 'map', entries };
  }

  /** Comments in front of the first entry belong to the map wherever they stand. */
  #isInside(column: number, read: number): boolean {
    const lines = this.#lines;
    if (lines.isAtEnd || lines.isDocumentMark) return false;
    if (lines.isComment) return read === 0 || lines.column >= column;
    return lines.column === column;
  }

  #ownLineComment(): SourceComment {
    const lines = this.#lines;
    const text = lines.line.slice(lines.column + 1);
    lines.at += 1;
    return { kind: 'comment', text, inline: false };
  }

  #entry(
    column: number,
    depth: number,
    entries: (SourceEntry | SourceComment)[],
  ): SourceEntry | null {
    const key = this.#key(column);
    if (key === null || !this.#takeNode(depth)) return null;
    const value = this.#value(this.#lines.line.slice(key.end), {
      column,
      listColumn: column,
      depth,
      before: entries,
    });
    return value === null ? null : { kind: 'entry', key: key.text, value };
  }

  #key(column: number): { readonly text: string; readonly end: number } | null {
    keyPattern.lastIndex = column;
    const match = keyPattern.exec(this.#lines.line);
    if (match === null) return null;
    const [, plain, double, single] = match;
    if (plain !== undefined && !isText(this.#resolve(plain))) return null;
    return { text: plain ?? double ?? single ?? '', end: keyPattern.lastIndex };
  }

  #takeNode(depth: number): boolean {
    this.#nodes += 1;
    return depth <= yamlLimits.depth && this.#nodes <= yamlLimits.nodes;
  }

  #value(text: string, place: ValuePlace): SourceNode | null {
    const lines = this.#lines;
    lines.at += 1;
    if (text.startsWith('|')) return readLiteral(lines, text, place.column);
    if (text === '') return this.#nested(place);
    if (text.startsWith('#')) {
      place.before.push({ ...inlineComment(text.slice(1)), inline: false });
      return this.#nested(place);
    }
    const value = readInlineValue(text, this.#resolve);
    if (value === null || this.#goesOn(value, place.column)) return null;
    if (value.comment !== null) place.before.push(value.comment);
    return value.node;
  }

  #goesOn(value: InlineValue, column: number): boolean {
    return value.isPlain && this.#lines.nextContentColumn() > column;
  }

  #nested(place: ValuePlace): SourceNode | null {
    const column = this.#lines.nextContentColumn();
    const isDash = column !== -1 && this.#lines.nextIsDash;
    if (isDash && column >= place.listColumn) return this.#list(column, place);
    if (column > place.column) return this.#map(column, place.depth + 1);
    return { kind: 'null' };
  }

  #list(column: number, parent: Pick<ValuePlace, 'column' | 'depth'>): SourceNode | null {
    const lines = this.#lines;
    const items: (SourceNode | SourceComment)[] = [];
    const commentColumn = column === parent.column ? column + 1 : column;
    let count = 0;
    for (lines.skipBlank(); this.#isInList(column, commentColumn, count); lines.skipBlank()) {
      if (lines.isComment) {
        items.push(this.#ownLineComment());
      } else {
        const item = this.#item(column, parent.depth + 1, items);
        if (item === null) return null;
        count += 1;
        items.push(item);
      }
    }
    return count === 0 || lines.column > column ? null : { kind: 'list', items };
  }

  #isInList(column: number, commentColumn: number, count: number): boolean {
    const lines = this.#lines;
    if (lines.isAtEnd || lines.isDocumentMark) return false;
    if (!lines.isComment) return lines.column === column && lines.isDash;
    return count === 0 || lines.column >= commentColumn || this.#isBeforeItem(column);
  }

  /** A list may start in the column of its parent's key: then a comment there is its own only before an item. */
  #isBeforeItem(column: number): boolean {
    const lines = this.#lines;
    return lines.column === column && lines.nextContentColumn() === column && lines.nextIsDash;
  }

  #item(column: number, depth: number, items: (SourceNode | SourceComment)[]): SourceNode | null {
    const { line } = this.#lines;
    let start = column + 1;
    while (line.charCodeAt(start) === 0x20) start += 1;
    if (!this.#takeNode(depth) || line.charCodeAt(start) === 0x23) return null;
    keyPattern.lastIndex = start;
    if (keyPattern.test(line)) {
      this.#lines.shiftTo(start);
      return this.#map(start, depth + 1);
    }
    if (line.charCodeAt(start) === 0x2d && line[start + 1] === ' ') {
      this.#lines.shiftTo(start);
      return this.#list(start, { column, depth });
    }
    return this.#value(line.slice(start), {
      column,
      listColumn: column + 1,
      depth,
      before: items,
    });
  }
}

/** Where a value stands: its parent's column, how deep, and the list that comments in front of it go to. */
interface ValuePlace {
  readonly column: number;
  /** Where a list may start at the earliest: below a key already in the column of the key. */
  readonly listColumn: number;
  readonly depth: number;
  readonly before: { push(comment: SourceComment): unknown };
}

function isText(node: ReturnType<ResolveScalar>): boolean {
  return node?.kind === 'value' && node.type === 'str';
}
