import { encodeBase64 } from '../../format/encode-base64.ts';
import type { Random } from '../../ports/time.ts';
import { SecretBytes } from '../../secret/secret-bytes.ts';

/** How every token of the broker's own begins. */
const prefix = new TextEncoder().encode('mayfly_');
/** Of 32 bytes base64 makes 43 characters and a `=`. */
const [keyBytes, keyLength] = [32, 43];

/** A new token of the broker's own: 256 random bits behind a prefix. Wiped by who asked. */
export function makeOwnToken(random: Pick<Random, 'bytes'>): SecretBytes {
  const key = random.bytes(keyBytes);
  const text = encodeBase64(key, 'url').subarray(0, keyLength);
  const token = new Uint8Array(prefix.length + keyLength);
  token.set(prefix);
  token.set(text, prefix.length);
  key.fill(0);
  text.fill(0);
  return SecretBytes.take(token);
}

/** Whether it is the kind of token that the broker makes. */
export function isOwnToken(token: SecretBytes): boolean {
  return prefix.every((byte, index) => token.expose()[index] === byte);
}
