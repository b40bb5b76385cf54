import { createDecipheriv, createHmac, hkdfSync, timingSafeEqual } from 'node:crypto';
import { splitStanzas } from '#core/age/split-stanzas.ts';
import { parseRawBase64 } from './armor.ts';

/** One recipient's copy of the file key. */
export interface Stanza {
  readonly type: string;
  readonly args: readonly string[];
  readonly body: Buffer;
}

/** An age file of one payload chunk, taken apart: all that a wrapped data key or an identity file needs. */
export interface AgeFile {
  readonly stanzas: readonly Stanza[];
  /** The header as text, with its MAC. */
  readonly header: Buffer;
  readonly authenticated: Buffer;
  readonly mac: Buffer;
  readonly nonce: Buffer;
  readonly chunk: Buffer;
}

const nonceBytes = 16;
const tagBytes = 16;
const maxChunkBytes = 64 * 1024 + tagBytes;

/** Takes an age file apart (https://age-encryption.org/v1); null when it is malformed or of several chunks. */
export function parseAgeFile(bytes: Buffer): AgeFile | null {
  const macStart = bytes.indexOf('\n--- ') + 1;
  const macEnd = bytes.indexOf('\n', macStart);
  if (macStart === 0 || macEnd === -1) return null;
  const stanzas = parseStanzas(bytes.toString('latin1', 0, macStart - 1));
  const mac = parseRawBase64(bytes.toString('latin1', macStart + 4, macEnd));
  const chunk = bytes.subarray(macEnd + 1 + nonceBytes);
  if (stanzas === null || mac?.length !== 32) return null;
  if (chunk.length < tagBytes || chunk.length > maxChunkBytes) return null;
  return {
    stanzas,
    header: bytes.subarray(0, macEnd + 1),
    authenticated: bytes.subarray(0, macStart + 3),
    mac,
    nonce: bytes.subarray(macEnd + 1, macEnd + 1 + nonceBytes),
    chunk,
  };
}

function parseStanzas(header: string): Stanza[] | null {
  const stanzas: Stanza[] = [];
  for (const { type, args, body } of splitStanzas(header) ?? []) {
    const bytes = parseRawBase64(body);
    if (bytes === null) return null;
    stanzas.push({ type, args, body: bytes });
  }
  return stanzas.length > 0 ? stanzas : null;
}

/** Whether the header is the one that was written with this file key. */
export function isHeaderAuthentic(file: AgeFile, fileKey: Uint8Array): boolean {
  const key = deriveKey(fileKey, new Uint8Array(), 'header');
  return timingSafeEqual(createHmac('sha256', key).update(file.authenticated).digest(), file.mac);
}

/** Opens the payload; null when it does not verify. The caller owns the bytes. */
export function openPayload(file: AgeFile, fileKey: Uint8Array): Buffer | null {
  const lastChunk = Buffer.alloc(12);
  lastChunk[11] = 1;
  return openSealed(file.chunk, deriveKey(fileKey, file.nonce, 'payload'), lastChunk);
}

/** HKDF-SHA-256 to 32 bytes. */
export function deriveKey(secret: Uint8Array, salt: Uint8Array, label: string): Buffer {
  return Buffer.from(hkdfSync('sha256', secret, salt, label, 32));
}

const zeroNonce = Buffer.alloc(12);

/** ChaCha20-Poly1305; null when the tag does not verify. */
export function openSealed(sealed: Buffer, key: Buffer, nonce: Buffer = zeroNonce): Buffer | null {
  const cipher = createDecipheriv('chacha20-poly1305', key, nonce, { authTagLength: tagBytes });
  cipher.setAuthTag(sealed.subarray(-tagBytes));
  const opened = cipher.update(sealed.subarray(0, -tagBytes));
  try {
    cipher.final();
    return opened;
  } catch {
    // The only failure here is a tag that does not verify.
    opened.fill(0);
    return null;
  } finally {
    key.fill(0);
  }
}
