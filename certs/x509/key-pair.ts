import { createPrivateKey, generateKeyPair, type KeyObject } from 'node:crypto';
import { promisify } from 'node:util';
import { SecretBytes } from '#core/secret/secret-bytes.ts';
import type { ReadCertificate } from './read-certificate.ts';

const generate = promisify(generateKeyPair);

/** A new key on the curve P-256, as PKCS #8 in PEM. */
export async function createKey(): Promise<SecretBytes> {
  const { privateKey } = await generate('ec', { namedCurve: 'P-256' });
  return SecretBytes.take(Buffer.from(privateKey.export({ type: 'pkcs8', format: 'pem' })));
}

/** Null when the bytes are no key that can sign. */
export function readKey(key: SecretBytes): KeyObject | null {
  try {
    const read = createPrivateKey(Buffer.from(key.expose()));
    return read.asymmetricKeyType === 'ec' ? read : null;
  } catch {
    // What is wrong with it would quote it.
    return null;
  }
}

/** Whether the key is that of the certificate. */
export function isKeyOf(key: SecretBytes, { x509 }: ReadCertificate): boolean {
  const read = readKey(key);
  return read !== null && x509.checkPrivateKey(read);
}
