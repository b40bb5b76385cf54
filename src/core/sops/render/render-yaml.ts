import type { SourceComment, SourceMap, SourceNode } from '#core/secret/source-tree.ts';
import { renderYamlLine, renderYamlScalar } from './yaml-scalar-text.ts';

const indent = 4;
/** Readers want a key and its colon within 1024 characters; a longer one takes the explicit form. */
const longestKey = 128;

/** Writes YAML documents in block style as SOPS does, indented by four, comments where they stood. */
export function renderYaml(documents: readonly SourceMap[]): Uint8Array {
  const texts = documents.map((document) => renderBlock(document, 0).join('\n'));
  return new TextEncoder().encode(texts.map((text) => `${text}\n`).join('---\n'));
}

type Collection = Extract<SourceNode, { readonly kind: 'map' | 'list' }>;

/** The lines of a collection whose content starts at a column. */
function renderBlock(node: Collection, column: number): string[] {
  const lines = new BlockWriter(' '.repeat(column));
  if (node.kind === 'map') {
    for (const entry of node.entries) {
      if (entry.kind === 'comment') lines.addComment(entry);
      else lines.addEntry(renderYamlLine(entry.key), entry.value);
    }
  } else {
    for (const item of node.items) {
      if (item.kind === 'comment') lines.addComment(item);
      else lines.addItem(item);
    }
  }
  return lines.finish(node.kind === 'map' ? '{}' : '[]');
}

class BlockWriter {
  readonly #margin: string;
  readonly #lines: string[] = [];
  #inline: SourceComment[] = [];
  #isEmpty = true;

  constructor(margin: string) {
    this.#margin = margin;
  }

  /** A comment at the end of a line waits for the line it belongs to. */
  addComment(comment: SourceComment): void {
    if (comment.inline && !comment.text.includes('\n')) this.#inline.push(comment);
    else this.#writeComment(comment);
  }

  #writeComment(comment: SourceComment): void {
    for (const line of comment.text.split('\n')) this.#lines.push(`${this.#margin}#${line}`);
  }

  addEntry(key: string, value: SourceNode): void {
    const isLong = key.length > longestKey;
    if (isLong) this.#lines.push(`${this.#margin}? ${key}`);
    this.#addValue(`${this.#margin}${isLong ? '' : key}:`, value, nextColumn(this.#margin.length));
  }

  /** A collection in a list starts on the line of its dash, unless a comment comes first. */
  addItem(item: SourceNode): void {
    const column = this.#margin.length + 2;
    if (!isFilled(item) || startsWithComment(item)) {
      this.#addValue(`${this.#margin}-`, item, column);
      return;
    }
    this.#flushInline();
    const [first = '', ...rest] = renderBlock(item, column);
    this.#lines.push(`${this.#margin}- ${first.slice(column)}`, ...rest);
    this.#isEmpty = false;
  }

  #addValue(opening: string, value: SourceNode, column: number): void {
    this.#isEmpty = false;
    if (isFilled(value)) {
      this.#flushInline();
      this.#lines.push(opening, ...renderBlock(value, column));
      return;
    }
    const scalar = value.kind === 'value' ? renderYamlScalar(value) : null;
    if (scalar?.kind === 'literal') {
      this.#flushInline();
      const margin = ' '.repeat(column);
      const lines = scalar.lines.map((line) => (line === '' ? '' : margin + line));
      this.#lines.push(`${opening} ${scalar.header}`, ...lines);
      return;
    }
    const tail = this.#inline.map(({ text }) => ` #${text}`).join('');
    this.#inline = [];
    this.#lines.push(`${opening} ${scalar?.text ?? emptyText(value)}${tail}`);
  }

  #flushInline(): void {
    for (const comment of this.#inline) this.#writeComment(comment);
    this.#inline = [];
  }

  finish(empty: string): string[] {
    this.#flushInline();
    if (this.#isEmpty) this.#lines.push(this.#margin + empty);
    return this.#lines;
  }
}

/** As go-yaml does: below a dash the next level returns to a multiple of the indentation. */
function nextColumn(column: number): number {
  return indent * Math.floor(column / indent + 1);
}

function isFilled(node: SourceNode): node is Collection {
  if (node.kind === 'map') return node.entries.length > 0;
  return node.kind === 'list' && node.items.length > 0;
}

function startsWithComment(node: Collection): boolean {
  const first = node.kind === 'map' ? node.entries[0] : node.items[0];
  return first?.kind === 'comment';
}

function emptyText(node: SourceNode): string {
  if (node.kind === 'map') return '{}';
  return node.kind === 'list' ? '[]' : 'null';
}
