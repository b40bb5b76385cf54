import { createCipheriv, createDecipheriv, hkdfSync } from 'node:crypto';
import {
  parseTicketRecord,
  renderTicketRecord,
  type TicketRecord,
} from '#core/broker/tickets/ticket-record.ts';
import type { Random } from '#core/ports/time.ts';
import { SecretBytes } from '#core/secret/secret-bytes.ts';

/** Separates what is derived here from any other use of the token; a new scheme gets a new label. */
const purpose = 'mayfly.dev/own-token/v1';
const [placeBytes, keyBytes, nonceBytes, tagBytes, lengthBytes] = [32, 32, 12, 16, 4];
const cipher = 'aes-256-gcm';

/** Where what stands for a token lies, and the key that opens it: nobody has either who has not the token. */
export interface TokenKeys {
  readonly place: string;
  /** Wiped by who asked. */
  readonly key: SecretBytes;
}

/** A ticket with the identity token that it was issued for. */
export interface SealedTicket extends TicketRecord {
  readonly token: SecretBytes;
}

/** HKDF-SHA256 of the token, 256 random bits themselves: {@link https://www.rfc-editor.org/rfc/rfc5869}. */
export function deriveTokenKeys(token: SecretBytes): TokenKeys {
  const none = new Uint8Array();
  const derived = hkdfSync('sha256', token.expose(), none, purpose, placeBytes + keyBytes);
  const place = Buffer.from(derived, 0, placeBytes).toString('base64url');
  return { place, key: SecretBytes.take(new Uint8Array(derived, placeBytes)) };
}

/** The record and, behind it, the identity token: nonce, ciphertext and tag, base64url. */
export function sealTicket(
  { token, ...record }: SealedTicket,
  key: SecretBytes,
  random: Random,
): string {
  const text = Buffer.from(renderTicketRecord(record));
  const length = Buffer.alloc(lengthBytes);
  length.writeUInt32BE(text.length);
  const nonce = random.bytes(nonceBytes);
  const sealing = createCipheriv(cipher, key.expose(), nonce);
  const sealed = [length, text, token.expose()].map((part) => sealing.update(part));
  return Buffer.concat([nonce, ...sealed, sealing.final(), sealing.getAuthTag()]).toString(
    'base64url',
  );
}

/** Null for what was changed, or is of another version. The identity token is wiped by who asked. */
export function openTicket(text: string, key: SecretBytes): SealedTicket | null {
  const sealed = Buffer.from(text, 'base64url');
  if (sealed.length < nonceBytes + lengthBytes + tagBytes) return null;
  const plain = open(sealed, key);
  if (plain === null) return null;
  try {
    return readTicket(plain);
  } finally {
    plain.fill(0);
  }
}

function open(sealed: Buffer, key: SecretBytes): Buffer | null {
  const nonce = sealed.subarray(0, nonceBytes);
  const opening = createDecipheriv(cipher, key.expose(), nonce, { authTagLength: tagBytes });
  opening.setAuthTag(sealed.subarray(-tagBytes));
  // Of one piece: what `final` would add is empty.
  const plain = opening.update(sealed.subarray(nonceBytes, -tagBytes));
  try {
    opening.final();
    return plain;
  } catch {
    plain.fill(0);
    return null;
  }
}

function readTicket(plain: Buffer): SealedTicket | null {
  const end = lengthBytes + plain.readUInt32BE(0);
  if (end > plain.length) return null;
  const record = parseTicketRecord(plain.toString('utf8', lengthBytes, end));
  return record === null ? null : { ...record, token: SecretBytes.copyOf(plain.subarray(end)) };
}
