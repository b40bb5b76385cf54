import type { ByteBuilder } from './byte-builder.ts';
import type { Plain, PlainMap } from './plain.ts';
import { createError } from '../errors/mayfly-error.ts';
import { refuseValue } from './refuse.ts';
import { codePointsOf, encodeText, isUtf8 } from './utf8.ts';

const variableName = /^[A-Za-z_][A-Za-z0-9_]*$/u;

/** Whether the text may name a variable of the environment everywhere. */
export function isVariableName(text: string): boolean {
  return variableName.test(text) && text.length <= 253;
}

/**
 * Writes `KEY='value'` lines that a POSIX shell and Node's `parseEnv` read alike. What the two read differently is
 * refused: both kinds of quotes in one value, a carriage return, NUL, what is no UTF-8. Throws `MAYFLY_FORMAT_KEY`
 * and `MAYFLY_FORMAT_VALUE`.
 */
export function renderEnv(out: ByteBuilder, fields: PlainMap): void {
  for (const [key, value] of fields.entries) {
    if (!isVariableName(key)) {
      const problem = 'is no name of a variable: letters, digits and underscores';
      throw createError('MAYFLY_FORMAT_KEY', { format: 'env', key, problem });
    }
    const bytes = textOf('env', key, value);
    const quote = chooseQuote(bytes);
    if (quote === null) throw refuseValue('env', key, 'has both \' and one of " $ ` \\');
    if (bytes.includes(0) || bytes.includes(0x0d)) {
      throw refuseValue('env', key, 'has a NUL or a carriage return');
    }
    out.addText(`${key}=${quote}`);
    out.addBytes(bytes);
    out.addText(`${quote}\n`);
  }
}

const special: ReadonlySet<number> = new Set([0x22, 0x24, 0x60, 0x5c]);

/** Single quotes leave everything as it is; within double quotes only what has no meaning there may stand. */
function chooseQuote(bytes: Uint8Array): string | null {
  if (!bytes.includes(0x27)) return "'";
  return bytes.some((byte) => special.has(byte)) ? null : '"';
}

/**
 * The bytes of one value, of a text, number or truth value. Throws `MAYFLY_FORMAT_VALUE` for nothing, a map, a list
 * and what is no UTF-8.
 */
export function textOf(format: string, key: string, value: Plain): Uint8Array {
  if (value.kind === 'bool') return encodeText(String(value.value));
  if (value.kind === 'nil') throw refuseValue(format, key, 'is null');
  if (value.kind !== 'text' && value.kind !== 'number') {
    throw refuseValue(format, key, `is a ${value.kind}`);
  }
  if (!isUtf8(value.bytes)) throw refuseValue(format, key, 'is no UTF-8 text');
  return value.bytes;
}

/**
 * Writes `key=value` lines as `java.util.Properties` reads them: ASCII, the rest as `\uXXXX`. Throws
 * `MAYFLY_FORMAT_VALUE`.
 */
export function renderProperties(out: ByteBuilder, fields: PlainMap): void {
  for (const [key, value] of fields.entries) {
    escapeProperty(out, encodeText(key), true);
    out.addText('=');
    escapeProperty(out, textOf('properties', key, value), false);
    out.addText('\n');
  }
}

const propertyEscapes = new Map([
  [0x09, '\\t'],
  [0x0a, '\\n'],
  [0x0c, '\\f'],
  [0x0d, '\\r'],
  [0x21, '\\!'],
  [0x23, '\\#'],
  [0x3a, '\\:'],
  [0x3d, '\\='],
  [0x5c, '\\\\'],
]);

/** Spaces separate within a key, and are dropped at the start of a value. */
function escapeProperty(out: ByteBuilder, bytes: Uint8Array, isKey: boolean): void {
  let isStart = true;
  for (const point of codePointsOf(bytes)) {
    if (point === 0x20) out.addText(isKey || isStart ? '\\ ' : ' ');
    else out.addText(propertyEscapes.get(point) ?? asciiOf(point));
    isStart = isStart && point === 0x20;
  }
}

function asciiOf(point: number): string {
  const character = String.fromCodePoint(point);
  if (point >= 0x20 && point < 0x7f) return character;
  return character
    .split('')
    .map((unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`)
    .join('');
}
