import type { Decoded } from './view.ts';

const backslash = 0x5c;
const percent = 0x25;
const plus = 0x2b;

/** What a letter after a backslash stands for, in JSON and JavaScript. */
const letters: ReadonlyMap<number, number> = new Map([
  [0x62, 0x08],
  [0x66, 0x0c],
  [0x6e, 0x0a],
  [0x72, 0x0d],
  [0x74, 0x09],
  [0x76, 0x0b],
  [0x30, 0x00],
  [0x22, 0x22],
  [0x27, 0x27],
  [0x2f, 0x2f],
  [0x5c, 0x5c],
]);

/** `\n`, `\"`, `\x41`, `\u0041` */
export function decodeEscape(bytes: Uint8Array, at: number): Decoded | null {
  if (bytes[at] !== backslash) return null;
  const letter = bytes[at + 1];
  if (letter === 0x75) return decodeUnicode(bytes, at);
  if (letter === 0x78) return decodeHex(bytes, at, 2);
  const simple = letter === undefined ? undefined : letters.get(letter);
  return simple === undefined ? null : { bytes: [simple], width: 2 };
}

/** `%2F` */
export function decodePercent(bytes: Uint8Array, at: number): Decoded | null {
  return bytes[at] === percent ? decodeHex(bytes, at, 1) : null;
}

/** `%2F`, and `+` for a space, as forms have it. */
export function decodeForm(bytes: Uint8Array, at: number): Decoded | null {
  return bytes[at] === plus ? { bytes: [0x20], width: 1 } : decodePercent(bytes, at);
}

function decodeHex(bytes: Uint8Array, at: number, skip: number): Decoded | null {
  const value = readHex(bytes, at + skip, 2);
  return value === null ? null : { bytes: [value], width: skip + 2 };
}

function decodeUnicode(bytes: Uint8Array, at: number): Decoded | null {
  const first = readHex(bytes, at + 2, 4);
  if (first === null) return null;
  const isPair = bytes[at + 6] === backslash && bytes[at + 7] === 0x75;
  const second = isPair && isHigh(first) ? readHex(bytes, at + 8, 4) : null;
  const units = second === null ? [first] : [first, second];
  return { bytes: [...Buffer.from(String.fromCharCode(...units))], width: 6 * units.length };
}

function isHigh(unit: number): boolean {
  return unit >= 0xd800 && unit <= 0xdbff;
}

function readHex(bytes: Uint8Array, at: number, digits: number): number | null {
  let value = 0;
  for (let index = at; index < at + digits; index += 1) {
    const digit = hexDigit(bytes[index] ?? 0);
    if (digit < 0) return null;
    value = value * 16 + digit;
  }
  return value;
}

/** The value of a hex digit of either case, or -1. */
export function hexDigit(byte: number): number {
  if (byte >= 0x30 && byte <= 0x39) return byte - 0x30;
  const lower = byte | 0x20;
  return lower >= 0x61 && lower <= 0x66 ? lower - 0x57 : -1;
}
