const backslash = codeOf('\\');
const hexDigits = /^[0-9a-fA-F]{4}$/u;
const escapes = new Map([
  [codeOf('"'), 0x22],
  [codeOf('\\'), 0x5c],
  [codeOf('/'), 0x2f],
  [codeOf('b'), 0x08],
  [codeOf('f'), 0x0c],
  [codeOf('n'), 0x0a],
  [codeOf('r'), 0x0d],
  [codeOf('t'), 0x09],
]);

/**
 * The UTF-8 that stands between the quotes of a JSON text, for a text with escapes; half a surrogate pair becomes
 * U+FFFD. Null for an escape that is none.
 */
export function unescapeJson(raw: Uint8Array): Uint8Array | null {
  // It is never longer than what it was: `\u0000` takes six bytes and gives at most three.
  const into = new Uint8Array(raw.length);
  let length = 0;
  let at = 0;
  while (at < raw.length) {
    const read = raw[at] === backslash ? readEscape(raw, at) : { bytes: [raw[at] ?? 0], size: 1 };
    if (read === null) {
      into.fill(0);
      return null;
    }
    into.set(read.bytes, length);
    length += read.bytes.length;
    at += read.size;
  }
  const text = into.slice(0, length);
  into.fill(0);
  return text;
}

interface Escape {
  readonly bytes: readonly number[];
  readonly size: number;
}

function readEscape(raw: Uint8Array, at: number): Escape | null {
  const letter = raw[at + 1] ?? 0;
  const plain = escapes.get(letter);
  if (plain !== undefined) return { bytes: [plain], size: 2 };
  const unit = letter === codeOf('u') ? readUnit(raw, at + 2) : null;
  return unit === null ? null : readPoint(raw, at, unit);
}

function readPoint(raw: Uint8Array, at: number, unit: number): Escape {
  if (unit < 0xd800 || unit >= 0xe000) return { bytes: encode(unit), size: 6 };
  const low = unit < 0xdc00 ? readSecondUnit(raw, at + 6) : null;
  if (low === null) return { bytes: encode(0xfffd), size: 6 };
  return { bytes: encode(0x10000 + ((unit - 0xd800) << 10) + (low - 0xdc00)), size: 12 };
}

function readSecondUnit(raw: Uint8Array, at: number): number | null {
  if (raw[at] !== backslash || raw[at + 1] !== codeOf('u')) return null;
  const low = readUnit(raw, at + 2);
  return low !== null && low >= 0xdc00 && low < 0xe000 ? low : null;
}

function readUnit(raw: Uint8Array, at: number): number | null {
  const digits = String.fromCharCode(...raw.subarray(at, at + 4));
  return hexDigits.test(digits) ? Number.parseInt(digits, 16) : null;
}

/** The UTF-8 of one code point. */
function encode(point: number): readonly number[] {
  if (point < 0x80) return [point];
  if (point < 0x800) return [0xc0 | (point >> 6), tail(point)];
  if (point < 0x10000) return [0xe0 | (point >> 12), tail(point >> 6), tail(point)];
  return [0xf0 | (point >> 18), tail(point >> 12), tail(point >> 6), tail(point)];
}

function tail(point: number): number {
  return 0x80 | (point & 0x3f);
}

/** The byte of an ASCII character. */
export function codeOf(character: string): number {
  return character.charCodeAt(0);
}
