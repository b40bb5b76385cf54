import { createPrivateKey, createPublicKey, diffieHellman, type KeyObject } from 'node:crypto';

const pkcs8Prefix = Buffer.from('302e020100300506032b656e04220420', 'hex');

/** Makes the key object of a 32-byte X25519 scalar. The scalar itself is left to the caller to wipe. */
export function createX25519Key(scalar: Uint8Array): KeyObject {
  const der = Buffer.concat([pkcs8Prefix, scalar]);
  try {
    return createPrivateKey({ key: der, format: 'der', type: 'pkcs8' });
  } finally {
    der.fill(0);
  }
}

/** The 32 public bytes that belong to a private key object. */
export function publicBytesOf(key: KeyObject): Buffer {
  return Buffer.from(createPublicKey(key).export({ format: 'jwk' }).x ?? '', 'base64url');
}

/** The shared secret, or null when the other point is of low order or no point at all. */
export function multiply(privateKey: KeyObject, point: Uint8Array): Buffer | null {
  const x = Buffer.from(point).toString('base64url');
  try {
    const publicKey = createPublicKey({ key: { kty: 'OKP', crv: 'X25519', x }, format: 'jwk' });
    return diffieHellman({ privateKey, publicKey });
  } catch {
    return null;
  }
}
