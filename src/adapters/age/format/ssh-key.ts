import type ssh2 from 'ssh2';
import { createPrivateKey, createPublicKey, type KeyObject } from 'node:crypto';

const minRsaBits = 2048;
const maxRsaBits = 16_384;

const openSshMagic = 'openssh-key-v1\0';

/** The ssh library, loaded only when a key of ssh is read. */
export async function loadSsh2(): Promise<typeof ssh2> {
  const { default: library } = await import('ssh2');
  return library;
}

/** Reads an unprotected private key of OpenSSH, PKCS #1 or PKCS #8; null when it is none. */
export async function parseSshPrivateKey(pem: Buffer): Promise<KeyObject | null> {
  const { utils } = await loadSsh2();
  const parsed = utils.parseKey(pem);
  try {
    return createPrivateKey(parsed instanceof Error ? pem : parsed.getPrivatePEM());
  } catch {
    return null;
  }
}

/** Opens a private key that is protected by a passphrase, as PEM; null when the passphrase is wrong. */
export async function openSshPrivateKey(
  pem: Uint8Array,
  passphrase: Uint8Array,
): Promise<Buffer | null> {
  const { utils } = await loadSsh2();
  const parsed = utils.parseKey(Buffer.from(pem), Buffer.from(passphrase));
  return parsed instanceof Error ? null : Buffer.from(parsed.getPrivatePEM());
}

/** Whether a PEM block says of itself that it is encrypted. */
export function isProtectedKey(pem: Uint8Array): boolean {
  const text = Buffer.from(pem).toString('latin1');
  if (text.includes('ENCRYPTED')) return true;
  const body = Buffer.from(text.replace(/-----[^-]*-----/gu, ''), 'base64').toString('latin1');
  const cipher = body.slice(openSshMagic.length + 4);
  return body.startsWith(openSshMagic) && !cipher.startsWith('none');
}

/** Whether this is an rsa key of a size that age takes. */
export function isUsableRsa(key: KeyObject): boolean {
  const bits = key.asymmetricKeyDetails?.modulusLength ?? 0;
  return key.asymmetricKeyType === 'rsa' && bits >= minRsaBits && bits <= maxRsaBits;
}

/** An ed25519 public key as ssh writes it. */
export function ed25519Wire(point: Uint8Array): Buffer {
  return renderWire(Buffer.from('ssh-ed25519'), point);
}

/** The public half of an rsa key as ssh writes it. */
export function rsaWire(key: KeyObject): Buffer {
  const publicKey = key.type === 'private' ? createPublicKey(key) : key;
  const { n = '', e = '' } = publicKey.export({ format: 'jwk' });
  return renderWire(Buffer.from('ssh-rsa'), positive(e), positive(n));
}

/** A positive number as ssh writes it: a zero byte keeps it positive. */
function positive(base64url: string): Buffer {
  const bytes = Buffer.from(base64url, 'base64url');
  return (bytes[0] ?? 0) < 0x80 ? bytes : Buffer.concat([Buffer.alloc(1), bytes]);
}

function renderWire(...fields: readonly Uint8Array[]): Buffer {
  const parts = fields.map((field) => {
    const length = Buffer.alloc(4);
    length.writeUInt32BE(field.length);
    return Buffer.concat([length, field]);
  });
  return Buffer.concat(parts);
}
