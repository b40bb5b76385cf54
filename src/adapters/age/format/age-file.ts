import { createDecipheriv, createHmac, hkdfSync, timingSafeEqual } from 'node:crypto';
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

const version = 'age-encryption.org/v1';
const maxStanzas = 64;
const columns = 64;
const nonceBytes = 16;
const tagBytes = 16;
const maxChunkBytes = 64 * 1024 + tagBytes;

/** Takes an age file apart (https://age-encryption.org/v1); null when it is malformed or of several chunks. */
export function parseAgeFile(bytes: Buffer): AgeFile | null {
  const macStart = bytes.indexOf('\n--- ') + 1;
  const macEnd = bytes.indexOf('\n', macStart);
  if (macStart === 0 || macEnd === -1) return null;
  const stanzas = parseStanzas(bytes.toString('latin1', 0, macStart - 1).split('\n'));
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

function parseStanzas(lines: readonly string[]): Stanza[] | null {
  if (lines[0] !== version) return null;
  const stanzas: Stanza[] = [];
  let next = 1;
  while (next < lines.length && stanzas.length <= maxStanzas) {
    const end = lines.findIndex((line, index) => index > next && line.length < columns);
    const stanza = end === -1 ? null : parseStanza(lines.slice(next, end + 1));
    if (stanza === null) return null;
    stanzas.push(stanza);
    next = end + 1;
  }
  return stanzas.length > 0 && stanzas.length <= maxStanzas ? stanzas : null;
}

function parseStanza([opening = '', ...body]: readonly string[]): Stanza | null {
  const [arrow, type, ...args] = opening.split(' ');
  const bytes = body.every((line) => line.length <= columns) ? parseRawBase64(body.join('')) : null;
  if (arrow !== '->' || type === undefined || bytes === null) return null;
  return [type, ...args].every((word) => /^[\x21-\x7e]+$/u.test(word))
    ? { type, args, body: bytes }
    : null;
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
