import { encodeText } from '../format/utf8.ts';
import { faultAt, type Named } from './fault.ts';
import { readNumber, readString } from './read-literal.ts';
import type { Offset } from './syntax.ts';
import type { TemplateSource } from './template.ts';

/** A piece of a template. Between `open` and `close` stand those of one action. */
export type Token = {
  readonly at: Offset;
  /** Whether white space stands before it. */
  readonly isApart: boolean;
} & TokenBody;

type TokenBody =
  | { readonly kind: 'text'; readonly bytes: Uint8Array }
  | { readonly kind: 'string'; readonly bytes: Uint8Array }
  | { readonly kind: 'number'; readonly bytes: Uint8Array }
  | { readonly kind: 'word' | 'field' | 'variable'; readonly name: string }
  | { readonly kind: 'mark'; readonly mark: Mark }
  | { readonly kind: 'open' | 'close' };

export type Mark = '.' | '|' | '(' | ')' | ',' | '=' | ':=';

const space = /[ \t\r\n]*/uy;
const name = /[\p{L}_][\p{L}\p{Nd}_]*/uy;
const mark = /:=|[.|(),=]/uy;
const blanks = ' \t\r\n';

/**
 * Cuts a template into tokens by the rules of Go's text/template
 * ({@link https://pkg.go.dev/text/template#hdr-Text_and_spaces}); comments are gone and white space is trimmed. Throws
 * `MAYFLY_TEMPLATE_SYNTAX`.
 */
export function readTokens(source: TemplateSource): readonly Token[] {
  const { left, right } = source.delimiters ?? { left: '{{', right: '}}' };
  const scan: Scan = { source, left, right, tokens: [], at: 0, trimsNext: false };
  while (scan.at < source.text.length) {
    const from = scan.at;
    const action = source.text.indexOf(left, from);
    const end = action < 0 ? source.text.length : action;
    scan.at = end;
    const trims = action >= 0 && isTrimOpen(source.text, action + left.length);
    addText(scan, source.text.slice(from, end), { from, trims });
    if (action >= 0) readAction(scan, trims);
  }
  return scan.tokens;
}

interface Scan {
  readonly source: Named;
  readonly left: string;
  readonly right: string;
  readonly tokens: Token[];
  at: number;
  /** The text that comes next loses the white space at its start. */
  trimsNext: boolean;
}

function isTrimOpen(text: string, at: number): boolean {
  return text[at] === '-' && isBlank(text[at + 1]);
}

function isBlank(character: string | undefined): boolean {
  return character !== undefined && blanks.includes(character);
}

function addText(
  scan: Scan,
  text: string,
  { from, trims }: { readonly from: number; readonly trims: boolean },
): void {
  let start = 0;
  let end = text.length;
  if (scan.trimsNext) while (start < end && isBlank(text[start])) start += 1;
  if (trims) while (end > start && isBlank(text[end - 1])) end -= 1;
  scan.trimsNext = false;
  if (start === end) return;
  const bytes = encodeText(text.slice(start, end));
  scan.tokens.push({ kind: 'text', bytes, at: from + start, isApart: false });
}

function readAction(scan: Scan, trims: boolean): void {
  const { text } = scan.source;
  const opened = scan.at;
  scan.at += scan.left.length + (trims ? 2 : 0);
  if (text.startsWith('/*', scan.at)) {
    skipComment(scan, opened);
    return;
  }
  scan.tokens.push({ kind: 'open', at: opened, isApart: false });
  while (!closes(scan)) {
    const at = scan.at;
    skip(space, scan);
    if (closes(scan)) break;
    if (scan.at >= text.length) throw fault(scan, opened, 'the action is not closed');
    readToken(scan, scan.at > at);
  }
}

/** The text from the delimiter on, or from the space of ` -}}` on. */
function closes(scan: Scan): boolean {
  const { source, right, at } = scan;
  // The space before the dash may be behind us already.
  const dash = isBlank(source.text[at]) ? at + 1 : at;
  const isTrim =
    isBlank(source.text[dash - 1]) &&
    source.text[dash] === '-' &&
    source.text.startsWith(right, dash + 1);
  if (!isTrim && !source.text.startsWith(right, at)) return false;
  scan.tokens.push({ kind: 'close', at, isApart: false });
  scan.at = (isTrim ? dash + 1 : at) + right.length;
  scan.trimsNext = isTrim;
  return true;
}

function skipComment(scan: Scan, opened: Offset): void {
  const end = scan.source.text.indexOf('*/', scan.at + 2);
  if (end < 0) throw fault(scan, opened, 'the comment is not closed');
  scan.at = end + 2;
  if (!closes(scan)) throw fault(scan, scan.at, 'a comment must be closed before the delimiter');
  scan.tokens.pop();
}

function readToken(scan: Scan, isApart: boolean): void {
  const { at } = scan;
  const body = readBody(scan);
  if (body === null) throw fault(scan, at, describeStrange(scan, at));
  scan.tokens.push({ ...body, at, isApart });
}

function readBody(scan: Scan): TokenBody | null {
  return readLiteral(scan) ?? readNamed(scan) ?? readMark(scan);
}

function readLiteral(scan: Scan): TokenBody | null {
  const string = readString(scan.source, scan.at);
  const literal = string ?? readNumber(scan.source, scan.at);
  if (literal === null) return null;
  scan.at = literal.end;
  return { kind: string === null ? 'number' : 'string', bytes: literal.bytes };
}

function readNamed(scan: Scan): TokenBody | null {
  const sign = scan.source.text[scan.at];
  const from = scan.at;
  if (sign === '.' || sign === '$') scan.at += 1;
  const found = skip(name, scan);
  if (found === '' && sign !== '$') {
    scan.at = from;
    return null;
  }
  refuseTail(scan, from);
  if (sign === '.') return { kind: 'field', name: found };
  return { kind: sign === '$' ? 'variable' : 'word', name: found };
}

const mayFollow = /^[ \t\r\n.,|:=()$]$/u;

/** `.my-key` is a mistake that many make. */
function refuseTail(scan: Scan, from: Offset): void {
  const next = scan.source.text[scan.at];
  if (next === undefined || mayFollow.test(next)) return;
  if (scan.source.text.startsWith(scan.right, scan.at)) return;
  const problem = 'a name has letters, digits and underscores only: write index . "the-name"';
  throw fault(scan, from, problem);
}

function readMark(scan: Scan): TokenBody | null {
  const found = skip(mark, scan);
  return isMark(found) ? { kind: 'mark', mark: found } : null;
}

function isMark(text: string): text is Mark {
  return ['.', '|', '(', ')', ',', '=', ':='].includes(text);
}

/** Moves on behind what the sticky pattern finds here. */
function skip(pattern: RegExp, scan: Scan): string {
  pattern.lastIndex = scan.at;
  const found = pattern.exec(scan.source.text)?.[0] ?? '';
  scan.at += found.length;
  return found;
}

function describeStrange(scan: Scan, at: Offset): string {
  if (scan.source.text.startsWith('/*', at)) return 'a comment must follow the delimiter at once';
  return 'there is a character that no action may have';
}

function fault({ source }: Scan, at: Offset, problem: string): Error {
  return faultAt('MAYFLY_TEMPLATE_SYNTAX', source, { at, problem });
}
