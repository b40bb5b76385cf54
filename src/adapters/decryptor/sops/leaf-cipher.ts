import { createDecipheriv, createSecretKey, type KeyObject } from 'node:crypto';
import type { SecretBytes } from '#core/secret/secret-bytes.ts';
import type { EncryptedValue } from '#core/sops/encrypted-value.ts';
import type { LeafCipher } from '#core/sops/read/open-documents.ts';

const tagBytes = 16;

/** AES-256-GCM for the values of one file. The key object is made once a file: that is most of what it costs. */
export function createLeafCipher(dataKey: SecretBytes): LeafCipher {
  const key = createSecretKey(dataKey.expose());
  return { open: (value, additionalData) => openValue(key, value, additionalData) };
}

function openValue(key: KeyObject, value: EncryptedValue, additionalData: string): Buffer | null {
  const data = decodeBase64(value.data);
  const iv = decodeBase64(value.iv);
  const tag = decodeBase64(value.tag);
  if (data === null || iv === null || tag?.length !== tagBytes) return null;
  try {
    // Without `authTagLength` Node takes tags of four bytes, which are quickly guessed.
    const decipher = createDecipheriv('aes-256-gcm', key, iv, { authTagLength: tagBytes });
    decipher.setAAD(Buffer.from(additionalData, 'utf8'));
    decipher.setAuthTag(tag);
    return finish(decipher.update(data), decipher);
  } catch {
    return null;
  }
}

function finish(plaintext: Buffer, decipher: { final(): Buffer }): Buffer {
  try {
    decipher.final();
    return plaintext;
  } catch (cause) {
    plaintext.fill(0);
    throw cause;
  }
}

const base64 = /^[A-Za-z0-9+/]+={0,2}$/u;

/** Node's own decoder passes over anything that is no base64. */
function decodeBase64(text: string): Buffer | null {
  return text.length % 4 === 0 && base64.test(text) ? Buffer.from(text, 'base64') : null;
}
