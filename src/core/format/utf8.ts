/** A text as UTF-8: for what is no secret, because strings cannot be wiped. */
export function encodeText(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}

/**
 * The code point that begins at a byte, by {@link https://www.rfc-editor.org/rfc/rfc3629#section-4}; -1 where the
 * bytes are no UTF-8. It reads secrets without making a string of them.
 */
export function readCodePoint(bytes: Uint8Array, at: number): number {
  const lead = bytes[at] ?? 0xff;
  const size = sizeOfLead(lead);
  if (size < 2) return size === 1 ? lead : -1;
  const tail = bytes.subarray(at + 1, at + size);
  if (tail.length < size - 1 || tail.some((byte) => (byte & 0xc0) !== 0x80)) return -1;
  const point = tail.reduce((high, byte) => (high << 6) | (byte & 0x3f), lead & (0x7f >> size));
  return isCharacter(point) && sizeOfCodePoint(point) === size ? point : -1;
}

/** 0 for a byte that no character begins with. */
function sizeOfLead(lead: number): number {
  if (lead < 0x80) return 1;
  if (lead >= 0xc2 && lead <= 0xdf) return 2;
  if (lead >= 0xe0 && lead <= 0xef) return 3;
  return lead >= 0xf0 && lead <= 0xf4 ? 4 : 0;
}

/** Surrogates are none. */
function isCharacter(point: number): boolean {
  return point < 0xd800 || (point > 0xdfff && point <= 0x10ffff);
}

/** How many bytes a code point takes. */
export function sizeOfCodePoint(point: number): number {
  if (point < 0x80) return 1;
  if (point < 0x800) return 2;
  return point < 0x10000 ? 3 : 4;
}

/** The code points in order; -1 once, at the end, where the bytes are no UTF-8. */
export function* codePointsOf(bytes: Uint8Array): Generator<number> {
  let at = 0;
  while (at < bytes.length) {
    const point = readCodePoint(bytes, at);
    yield point;
    if (point < 0) return;
    at += sizeOfCodePoint(point);
  }
}

export function isUtf8(bytes: Uint8Array): boolean {
  let at = 0;
  while (at < bytes.length) {
    const point = readCodePoint(bytes, at);
    if (point < 0) return false;
    at += sizeOfCodePoint(point);
  }
  return true;
}
