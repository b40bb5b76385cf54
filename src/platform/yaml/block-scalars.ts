import type { ResolveScalar, SourceComment, SourceNode } from '#core/secret/source-tree.ts';
import type { BlockLines } from './block-lines.ts';

/** A value on one line with the comment behind it. */
export interface InlineValue {
  readonly node: SourceNode;
  readonly comment: SourceComment | null;
  /** True when deeper lines below would go on with the value, which the block reader does not read. */
  readonly isPlain: boolean;
}

const plainStart = /^[A-Za-z0-9_./+$~^(<=;\u00a1-\uffff-]$/u;
const doubleQuoted = /^"((?:[^"\\]|\\["\\/bfnrt]|\\u(?![dD][89a-fA-F])[0-9a-fA-F]{4})*)"(.*)$/u;
const singleQuoted = /^'((?:[^']|'')*)'(.*)$/u;

/** Reads what stands behind `key: ` or `- `; null when it is none of the simple forms. */
export function readInlineValue(text: string, resolve: ResolveScalar): InlineValue | null {
  const first = text.charCodeAt(0);
  if (first === 0x22) return readQuoted(doubleQuoted.exec(text), unescapeDouble);
  if (first === 0x27) return readQuoted(singleQuoted.exec(text), unescapeSingle);
  if (first === 0x5b || first === 0x7b) return readEmpty(text);
  return readPlain(text, resolve);
}

function unescapeDouble(body: string): string {
  return String(JSON.parse(`"${body}"`));
}

function unescapeSingle(body: string): string {
  return body.replaceAll("''", "'");
}

function readQuoted(
  match: RegExpExecArray | null,
  unescape: (body: string) => string,
): InlineValue | null {
  const comment = match === null ? null : readTail(match[2] ?? '');
  if (match === null || comment === undefined) return null;
  const node: SourceNode = { kind: 'value', type: 'str', text: unescape(match[1] ?? '') };
  return { node, comment, isPlain: false };
}

/** A comment behind an empty collection is taken into it, as go-yaml does. */
function readEmpty(text: string): InlineValue | null {
  const comment = readTail(text.slice(2));
  if (comment === undefined) return null;
  const content = comment === null ? [] : [{ ...comment, inline: false }];
  if (text.startsWith('[]')) return withoutComment({ kind: 'list', items: content });
  return text.startsWith('{}') ? withoutComment({ kind: 'map', entries: content }) : null;
}

function withoutComment(node: SourceNode): InlineValue {
  return { node, comment: null, isPlain: false };
}

function readPlain(text: string, resolve: ResolveScalar): InlineValue | null {
  const hash = text.indexOf(' #');
  const body = (hash === -1 ? text : text.slice(0, hash)).trimEnd();
  const node = isPlain(body) ? resolve(body) : null;
  if (node === null) return null;
  const comment = hash === -1 ? null : inlineComment(text.slice(hash + 2));
  return { node, comment, isPlain: true };
}

function isPlain(body: string): boolean {
  if (!plainStart.test(body.charAt(0)) || body === '-' || body.startsWith('- ')) return false;
  return !body.includes(': ') && !body.endsWith(':');
}

/** The comment behind a value; null when there is none, undefined when something else stands there. */
function readTail(tail: string): SourceComment | null | undefined {
  const rest = tail.trimStart();
  if (rest === '') return null;
  return rest.startsWith('#') && rest.length < tail.length
    ? inlineComment(rest.slice(1))
    : undefined;
}

export function inlineComment(text: string): SourceComment {
  return { kind: 'comment', text: text.trimEnd(), inline: true };
}

/**
 * Reads the lines of a literal block below a parent at `column`. Null when it is not simple: no content, or blank
 * lines in front of it.
 */
export function readLiteral(lines: BlockLines, header: string, column: number): SourceNode | null {
  const indent = lines.column;
  if (!/^\|-?$/u.test(header) || indent <= column) return null;
  const content: string[] = [];
  while (!lines.isAtEnd && (lines.column === -1 || lines.column >= indent)) {
    content.push(lines.line.slice(indent));
    lines.at += 1;
  }
  if (lines.column > column) return null;
  return { kind: 'value', type: 'str', text: chomp(content.join('\n'), header) };
}

function chomp(text: string, header: string): string {
  const body = text.replace(/\n+$/u, '');
  return header === '|-' ? body : `${body}\n`;
}
