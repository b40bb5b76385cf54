import type { ByteBuilder } from './byte-builder.ts';
import { codePointsOf, sizeOfCodePoint } from './utf8.ts';

/** Which characters a quoted text must not hold as they are, besides quotes, backslashes and controls. */
export type Escapes = (point: number) => boolean;

/** `toJSON` of Go: safe within HTML. */
export function isHtmlEscape(point: number): boolean {
  return point === 0x26 || point === 0x3c || point === 0x3e || isLineSeparator(point);
}

/** The two line ends that JSON allows and old JavaScript does not. */
export function isLineSeparator(point: number): boolean {
  return point === 0x2028 || point === 0x2029;
}

/** What YAML cannot show: {@link https://yaml.org/spec/1.2.2/#51-character-set}. */
export function isYamlEscape(point: number): boolean {
  if (point >= 0x7f && point < 0xa0) return true;
  return isLineSeparator(point) || point === 0xfeff || point === 0xfffe || point === 0xffff;
}

const short = new Map([
  [0x22, '\\"'],
  [0x5c, '\\\\'],
  [0x08, '\\b'],
  [0x0c, '\\f'],
  [0x0a, '\\n'],
  [0x0d, '\\r'],
  [0x09, '\\t'],
]);

/**
 * Writes a text in double quotes as JSON does ({@link https://www.rfc-editor.org/rfc/rfc8259#section-7}). False when
 * it is no UTF-8, which JSON cannot hold.
 */
export function quoteText(out: ByteBuilder, bytes: Uint8Array, escapes: Escapes): boolean {
  out.addText('"');
  let at = 0;
  let from = 0;
  for (const point of codePointsOf(bytes)) {
    if (point < 0) return false;
    const size = sizeOfCodePoint(point);
    const escape = escapeOf(point, escapes);
    if (escape !== null) {
      out.addBytes(bytes.subarray(from, at));
      out.addText(escape);
      from = at + size;
    }
    at += size;
  }
  out.addBytes(bytes.subarray(from));
  out.addText('"');
  return true;
}

function escapeOf(point: number, escapes: Escapes): string | null {
  const known = short.get(point);
  if (known !== undefined) return known;
  return point < 0x20 || escapes(point) ? `\\u${point.toString(16).padStart(4, '0')}` : null;
}
