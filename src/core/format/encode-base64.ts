const letters = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789';
const alphabets = { standard: codesOf(`${letters}+/`), url: codesOf(`${letters}-_`) };
const padding = 0x3d;

/** The two alphabets of {@link https://www.rfc-editor.org/rfc/rfc4648}. */
export type Base64Alphabet = keyof typeof alphabets;

function codesOf(text: string): Uint8Array {
  return Uint8Array.from(text, (letter) => letter.charCodeAt(0));
}

/** Padded base64 on one line, without making a string of the bytes. */
export function encodeBase64(bytes: Uint8Array, alphabet: Base64Alphabet): Uint8Array {
  const codes = alphabets[alphabet];
  const encoded = new Uint8Array(Math.ceil(bytes.length / 3) * 4).fill(padding);
  for (let from = 0, to = 0; from < bytes.length; from += 3, to += 4) {
    const [first = 0, second = 0, third = 0] = bytes.subarray(from, from + 3);
    const bits = (first << 16) | (second << 8) | third;
    const count = Math.min(3, bytes.length - from) + 1;
    for (let index = 0; index < count; index += 1) {
      encoded[to + index] = codes[(bits >> (18 - 6 * index)) & 0x3f] ?? padding;
    }
  }
  return encoded;
}
