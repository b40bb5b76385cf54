import type { ByteBuilder } from '../../format/byte-builder.ts';
import { plainNumber, type Plain } from '../../format/plain.ts';
import { encodeText, readCodePoint, sizeOfCodePoint } from '../../format/utf8.ts';
import { argOf, bytesArg, listArg, plainBool, readAscii, wholeArg } from './call.ts';
import type { Call, TemplateFunction } from './call.ts';
import { findAllBytes } from './find-bytes.ts';

const one = { min: 1, max: 1 };
const two = { min: 2, max: 2 };

/** Functions of consul-template on texts; arguments are in its order, the text last. */
export const textFunctions: Readonly<Record<string, TemplateFunction>> = {
  toLower: { ...one, run: (call) => mapCase(call, (text) => text.toLowerCase()) },
  toUpper: { ...one, run: (call) => mapCase(call, (text) => text.toUpperCase()) },
  trimSpace: { ...one, run: (call) => trimSpace(call, bytesArg(call, 0)) },
  trim: { ...two, run: trim },
  trimPrefix: { ...two, run: trimPrefix },
  trimSuffix: { ...two, run: trimSuffix },
  replaceAll: { min: 3, max: 3, run: replaceAll },
  indent: { ...two, run: (call) => indent(call, false) },
  split: { ...two, run: split },
  join: { ...two, run: join },
  contains: { ...two, run: (call) => plainBool(isWithin(call, 0, 1)) },
  in: { ...two, run: (call) => plainBool(isWithin(call, 1, 0)) },
  parseBool: { ...one, run: parseBool },
  parseInt: { ...one, run: parseWhole },
  sprig_nindent: { ...two, run: (call) => indent(call, true) },
};

/** Character by character, as Go does: one that would become several stays. */
function mapCase(call: Call, change: (character: string) => string): Plain {
  const bytes = bytesArg(call, 0);
  return call.work.make((out) => {
    for (let at = 0; at < bytes.length;) {
      const point = readCodePoint(bytes, at);
      const size = point < 0 ? 1 : sizeOfCodePoint(point);
      const changed = point < 0 ? '' : change(String.fromCodePoint(point));
      if (isOneCharacter(changed)) out.addText(changed);
      else out.addBytes(bytes.subarray(at, at + size));
      at += size;
    }
  });
}

function isOneCharacter(text: string): boolean {
  return text !== '' && text.length === String.fromCodePoint(text.codePointAt(0) ?? 0).length;
}

/** White space in Go's eyes, of one byte. */
const blanks: ReadonlySet<number> = new Set([9, 10, 11, 12, 13, 32]);

function trimSpace(call: Call, bytes: Uint8Array): Plain {
  return trimBytes(call, bytes, blanks);
}

function trim(call: Call): Plain {
  const cutset = bytesArg(call, 0);
  if (cutset.some((byte) => byte > 127)) throw call.fault('takes ASCII characters to cut off');
  return trimBytes(call, bytesArg(call, 1), new Set(cutset));
}

function trimBytes(call: Call, bytes: Uint8Array, cut: ReadonlySet<number>): Plain {
  let start = 0;
  let end = bytes.length;
  while (start < end && cut.has(bytes[start] ?? 0)) start += 1;
  while (end > start && cut.has(bytes[end - 1] ?? 0)) end -= 1;
  return call.work.keep(bytes.slice(start, end));
}

function trimPrefix(call: Call): Plain {
  const [prefix, bytes] = [bytesArg(call, 0), bytesArg(call, 1)];
  return call.work.keep(bytes.slice(startsWith(bytes, prefix) ? prefix.length : 0));
}

function startsWith(bytes: Uint8Array, prefix: Uint8Array): boolean {
  return prefix.length <= bytes.length && prefix.every((byte, index) => bytes[index] === byte);
}

function trimSuffix(call: Call): Plain {
  const [suffix, bytes] = [bytesArg(call, 0), bytesArg(call, 1)];
  const end = bytes.length - suffix.length;
  const isThere = end >= 0 && startsWith(bytes.subarray(end), suffix);
  return call.work.keep(bytes.slice(0, isThere ? end : bytes.length));
}

/** The text between the places where a mark stands. */
function cutBytes(call: Call, mark: Uint8Array, bytes: Uint8Array): readonly Uint8Array[] {
  if (mark.length === 0) throw call.fault('takes an argument 1 that is not empty');
  const pieces: Uint8Array[] = [];
  let from = 0;
  for (const place of findAllBytes(bytes, mark)) {
    pieces.push(bytes.subarray(from, place));
    from = place + mark.length;
  }
  return [...pieces, bytes.subarray(from)];
}

function replaceAll(call: Call): Plain {
  const pieces = cutBytes(call, bytesArg(call, 0), bytesArg(call, 2));
  return joinPieces(call, bytesArg(call, 1), pieces);
}

function joinPieces(call: Call, between: Uint8Array, pieces: readonly Uint8Array[]): Plain {
  return call.work.make((out) => {
    for (const [index, piece] of pieces.entries()) {
      if (index > 0) out.addBytes(between);
      out.addBytes(piece);
    }
  });
}

const bytesOfItem = 32;

function split(call: Call): Plain {
  const trimmed = trimSpace(call, bytesArg(call, 1));
  const bytes = trimmed.kind === 'text' ? trimmed.bytes : new Uint8Array(0);
  if (bytes.length === 0) return { kind: 'list', items: [] };
  const pieces = cutBytes(call, bytesArg(call, 0), bytes);
  call.work.spend(pieces.length * bytesOfItem);
  return { kind: 'list', items: pieces.map((piece) => ({ kind: 'text', bytes: piece })) };
}

function join(call: Call): Plain {
  const items = listArg(call, 1);
  const pieces = items.map((item) => bytesArg({ ...call, args: [item] }, 0));
  return joinPieces(call, bytesArg(call, 0), pieces);
}

const maxIndent = 1_000;
const lineFeed = 0x0a;

/** Empty lines stay empty, but for sprig's function, which starts with a line of its own. */
function indent(call: Call, isNewLine: boolean): Plain {
  const width = wholeArg(call, 0);
  if (width < 0 || width > maxIndent) throw call.fault(`takes 0 to ${maxIndent} spaces`);
  const bytes = bytesArg(call, 1);
  const margin = ' '.repeat(width);
  return call.work.make((out) => {
    if (isNewLine) out.addText('\n');
    let from = 0;
    for (let end = bytes.indexOf(lineFeed); end >= 0; end = bytes.indexOf(lineFeed, from)) {
      addLine(out, bytes.subarray(from, end + 1), end > from || isNewLine ? margin : '');
      from = end + 1;
    }
    addLine(out, bytes.subarray(from), from < bytes.length || isNewLine ? margin : '');
  });
}

function addLine(out: ByteBuilder, line: Uint8Array, margin: string): void {
  out.addText(margin);
  out.addBytes(line);
}

/** A text within a text, or a value among those of a list. */
function isWithin(call: Call, wanted: number, within: number): boolean {
  const value = argOf(call, wanted);
  const holder = argOf(call, within);
  if (holder.kind === 'nil') throw call.missing(holder.name);
  if (holder.kind === 'list') return holder.items.some((item) => isSame(item, value));
  if (holder.kind === 'bool') throw call.fault('takes a text or a list to look into');
  const part = bytesArg(call, wanted);
  return part.length === 0 || findAllBytes(bytesArg(call, within), part).length > 0;
}

function isSame(a: Plain, b: Plain): boolean {
  if (a.kind !== b.kind || !('bytes' in a) || !('bytes' in b)) return false;
  return a.bytes.length === b.bytes.length && startsWith(a.bytes, b.bytes);
}

const yes: ReadonlySet<string> = new Set(['1', 't', 'T', 'TRUE', 'true', 'True']);
const no: ReadonlySet<string> = new Set(['', '0', 'f', 'F', 'FALSE', 'false', 'False']);

function parseBool(call: Call): Plain {
  const text = shortText(call);
  if (!yes.has(text) && !no.has(text)) throw call.fault('takes the text of a truth value');
  return plainBool(yes.has(text));
}

function parseWhole(call: Call): Plain {
  const text = shortText(call);
  if (text === '') return plainNumber(0);
  if (!/^[-+]?[0-9]{1,15}$/u.test(text)) {
    throw call.fault('takes the text of a whole number of at most 15 digits');
  }
  return { kind: 'number', bytes: encodeText(String(Number(text))), isStored: false };
}

/** Words and numbers are short; anything longer is none and never becomes a string. */
function shortText(call: Call): string {
  const bytes = bytesArg(call, 0);
  return bytes.length > 20 ? '?' : readAscii(bytes);
}
