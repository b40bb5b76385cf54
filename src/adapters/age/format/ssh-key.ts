import type ssh2 from 'ssh2';
import { createPrivateKey, type KeyObject } from 'node:crypto';

const minRsaBits = 2048;
const maxRsaBits = 16_384;

/** The ssh library, loaded only when a key of ssh is read. */
export async function loadSsh2(): Promise<typeof ssh2> {
  const { default: library } = await import('ssh2');
  return library;
}

/** A private key and, for rsa, its public half as ssh writes it. */
export interface SshPrivateKey {
  readonly key: KeyObject;
  readonly wire: Buffer | null;
}

/** Reads an unprotected private key of OpenSSH or PKCS #1, or an ed25519 key of PKCS #8; null when it is none. */
export async function parseSshPrivateKey(pem: Buffer): Promise<SshPrivateKey | null> {
  const { utils } = await loadSsh2();
  const parsed = utils.parseKey(pem);
  try {
    if (parsed instanceof Error) return { key: createPrivateKey(pem), wire: null };
    return { key: createPrivateKey(parsed.getPrivatePEM()), wire: parsed.getPublicSSH() };
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

/** How the body of an OpenSSH key begins, in base64: its magic, and then the name of its cipher. */
const openSshMagic = 'b3BlbnNzaC1rZXktdjEA';
const noCipher = `${openSshMagic}AAAABG5vbmU`;

/** Whether a PEM block says of itself that it is encrypted. */
export function isProtectedKey(pem: Uint8Array): boolean {
  const text = Buffer.from(pem).toString('latin1');
  return text.includes('ENCRYPTED') || (text.includes(openSshMagic) && !text.includes(noCipher));
}

/** Whether this is an rsa key of a size that age takes. */
export function isUsableRsa(key: KeyObject): boolean {
  const bits = key.asymmetricKeyDetails?.modulusLength ?? 0;
  return key.asymmetricKeyType === 'rsa' && bits >= minRsaBits && bits <= maxRsaBits;
}

const ed25519Opening = Buffer.from('0000000b7373682d6564323535313900000020', 'hex');

/** An ed25519 public key as ssh writes it. */
export function ed25519Wire(point: Uint8Array): Buffer {
  return Buffer.concat([ed25519Opening, point]);
}
