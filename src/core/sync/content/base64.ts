const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';
const sextets: ReadonlyMap<number, number> = new Map(
  alphabet.split('').map((char, index) => [char.charCodeAt(0), index]),
);
const padding = '='.charCodeAt(0);
const lineBreaks: ReadonlySet<number> = new Set([10, 13]);

/**
 * Decodes standard base64 ({@link https://www.rfc-editor.org/rfc/rfc4648#section-4}) without making a string of it.
 * Line breaks are skipped, padding is required. Null for anything else.
 */
export function decodeBase64(text: Uint8Array): Uint8Array | null {
  const chars = text.filter((char) => !lineBreaks.has(char));
  const padded = countPadding(chars);
  const decoded =
    chars.length % 4 === 0 ? decodeChars(chars.subarray(0, chars.length - padded)) : null;
  chars.fill(0);
  return decoded;
}

function countPadding(chars: Uint8Array): number {
  if (chars.at(-1) !== padding) return 0;
  return chars.at(-2) === padding ? 2 : 1;
}

function decodeChars(chars: Uint8Array): Uint8Array | null {
  const bytes = new Uint8Array(Math.floor((chars.length * 6) / 8));
  let buffered = 0;
  let bits = 0;
  let at = 0;
  for (const char of chars) {
    const sextet = sextets.get(char);
    if (sextet === undefined) return dropped(bytes);
    buffered = ((buffered << 6) | sextet) & 0xffff;
    bits += 6;
    if (bits >= 8) {
      bits -= 8;
      bytes[at] = (buffered >> bits) & 0xff;
      at += 1;
    }
  }
  return bytes;
}

function dropped(bytes: Uint8Array): null {
  bytes.fill(0);
  return null;
}
