const alphabet = 'qpzry9x8gf2tvdw0s3jn54khce6mua7l';
const generators = [0x3b6a57b2, 0x26508e6d, 0x1ea119fa, 0x3d4233dd, 0x2a1462b3];
const checksumWords = 6;

/**
 * Decodes bech32 of a known prefix ({@link https://github.com/bitcoin/bips/blob/master/bip-0173.mediawiki BIP 173},
 * without its length limit, as age uses it). It reads bytes, not a string, because the text is a secret key. Null
 * when prefix, letter case, alphabet, checksum or padding is wrong. The caller wipes what is returned.
 */
export function parseBech32(text: Uint8Array, prefix: string): Uint8Array | null {
  const words = text.subarray(prefix.length + 1);
  if (words.length < checksumWords || !startsWithText(text, `${prefix}1`)) return null;
  const values = words.map((byte) => wordOf(byte, prefix));
  try {
    if (values.includes(0xff) || checksum(prefix.toLowerCase(), values) !== 1) return null;
    return packBytes(values.subarray(0, -checksumWords));
  } finally {
    values.fill(0);
  }
}

/** Whether the bytes begin with an ASCII text. */
export function startsWithText(bytes: Uint8Array, text: string): boolean {
  if (bytes.length < text.length) return false;
  return Array.from(text).every((char, index) => bytes[index] === char.charCodeAt(0));
}

/** Mixed case is refused: the words must be of the case of the prefix. */
function wordOf(byte: number, prefix: string): number {
  const letters = prefix === prefix.toUpperCase() ? alphabet.toUpperCase() : alphabet;
  const index = letters.indexOf(String.fromCharCode(byte));
  return index === -1 ? 0xff : index;
}

function checksum(prefix: string, values: Uint8Array): number {
  const codes = Array.from(prefix, (char) => char.charCodeAt(0));
  const expanded = [...codes.map((code) => code >> 5), 0, ...codes.map((code) => code & 31)];
  let sum = 1;
  for (const value of [...expanded, ...values]) {
    const top = sum >>> 25;
    sum = ((sum & 0x1ffffff) << 5) ^ value;
    generators.forEach((generator, bit) => {
      if ((top >>> bit) & 1) sum ^= generator;
    });
  }
  return sum;
}

/** Packs 5-bit words into bytes; null when the words left over are not zero padding. */
function packBytes(words: Uint8Array): Uint8Array | null {
  const bytes = new Uint8Array(Math.floor((words.length * 5) / 8));
  let held = 0;
  let bits = 0;
  let length = 0;
  for (const word of words) {
    held = ((held << 5) | word) & 0xfff;
    bits += 5;
    if (bits < 8) continue;
    bits -= 8;
    bytes[length] = (held >>> bits) & 0xff;
    length += 1;
  }
  const isPadded = bits < 5 && (held & ((1 << bits) - 1)) === 0;
  return isPadded ? bytes : null;
}
