import { encodeText } from '../format/utf8.ts';
import { formatGoShortest, parseDecimalFloat, parseGoInteger } from '../sops/scalar/go-number.ts';
import { faultAt, type Named } from './fault.ts';
import type { Offset } from './syntax.ts';

/** A literal, and where the text goes on behind it. */
export interface Literal {
  readonly bytes: Uint8Array;
  readonly end: Offset;
}

const number =
  /[-+]?(?:0[xX][0-9a-fA-F]+|0[oO][0-7]+|0[bB][01]+|[0-9]+(?:\.[0-9]*)?(?:[eE][-+]?[0-9]+)?|\.[0-9]+(?:[eE][-+]?[0-9]+)?)(?![\p{L}\p{Nd}_.])/uy;

const digit = /^[0-9]$/u;

/** A number as Go writes it, in its canonical text; null where none begins. Throws `MAYFLY_TEMPLATE_SYNTAX`. */
export function readNumber(source: Named, at: Offset): Literal | null {
  const first = source.text.charAt(at);
  const isStart = first === '.' ? digit.test(source.text.charAt(at + 1)) : /^[-+0-9]$/u.test(first);
  if (!isStart) return null;
  const found = matchAt(number, source.text, at) ?? '';
  const canonical = canonicalNumber(found);
  if (canonical === null) {
    throw faultAt('MAYFLY_TEMPLATE_SYNTAX', source, { at, problem: 'the number is malformed' });
  }
  return { bytes: encodeText(canonical), end: at + found.length };
}

function canonicalNumber(text: string): string | null {
  const whole = parseGoInteger(text);
  if (whole.kind === 'int64') return whole.text;
  const float = parseDecimalFloat(text);
  return float === null ? null : formatGoShortest(float);
}

/** A text in double or in back quotes; null where none begins. Throws `MAYFLY_TEMPLATE_SYNTAX`. */
export function readString(source: Named, at: Offset): Literal | null {
  if (source.text[at] === '`') return readRaw(source, at);
  return source.text[at] === '"' ? readQuoted(source, at) : null;
}

function readRaw(source: Named, at: Offset): Literal {
  const end = source.text.indexOf('`', at + 1);
  if (end < 0) throw unclosed(source, at);
  const text = source.text.slice(at + 1, end).replaceAll('\r', '');
  return { bytes: encodeText(text), end: end + 1 };
}

const run = /[^"\\\n]+/uy;
const escape = /\\(?:[abfnrtv\\"]|x[0-9a-fA-F]{2}|[0-3][0-7]{2}|u[0-9a-fA-F]{4}|U[0-9a-fA-F]{8})/uy;

const named = new Map([
  ['a', 7],
  ['b', 8],
  ['f', 12],
  ['n', 10],
  ['r', 13],
  ['t', 9],
  ['v', 11],
  ['\\', 0x5c],
  ['"', 0x22],
]);

function readQuoted(source: Named, start: Offset): Literal {
  const bytes: number[] = [];
  let at = start + 1;
  while (source.text[at] !== '"') {
    const piece = matchAt(run, source.text, at) ?? matchAt(escape, source.text, at);
    if (piece === null) throw unclosed(source, start);
    const decoded = piece.startsWith('\\') ? decodeEscape(piece) : encodeText(piece);
    if (decoded === null) throw unclosed(source, start);
    for (const byte of decoded) bytes.push(byte);
    at += piece.length;
  }
  return { bytes: Uint8Array.from(bytes), end: at + 1 };
}

function matchAt(pattern: RegExp, text: string, at: Offset): string | null {
  pattern.lastIndex = at;
  return pattern.exec(text)?.[0] ?? null;
}

/** By {@link https://go.dev/ref/spec#Rune_literals}: `\x41` and `\101` are bytes, the others characters. */
function decodeEscape(piece: string): Uint8Array | null {
  const sign = piece.charAt(1);
  const code = named.get(sign);
  if (code !== undefined) return Uint8Array.of(code);
  if (sign === 'x') return Uint8Array.of(Number.parseInt(piece.slice(2), 16));
  if (sign !== 'u' && sign !== 'U') return Uint8Array.of(Number.parseInt(piece.slice(1), 8));
  const point = Number.parseInt(piece.slice(2), 16);
  const isCharacter = point <= 0x10ffff && (point < 0xd800 || point > 0xdfff);
  return isCharacter ? encodeText(String.fromCodePoint(point)) : null;
}

function unclosed(source: Named, at: Offset): Error {
  const problem = 'the text is not closed, or has an escape that there is not';
  return faultAt('MAYFLY_TEMPLATE_SYNTAX', source, { at, problem });
}
