import { createDecipheriv, createSecretKey, type KeyObject } from 'node:crypto';
import type { SecretBytes } from '#core/secret/secret-bytes.ts';
import type { EncryptedValue } from '#core/sops/encrypted-value.ts';

const tagBytes = 16;

/** Opens the values of one file. The key object is made once a file: that is most of what it costs. */
export interface LeafCipher {
  /** The plaintext, or null when it does not verify or its parts are not canonical base64. */
  open(value: EncryptedValue, additionalData: string): Buffer | null;
}

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

function decodeBase64(text: string): Buffer | null {
  const bytes = Buffer.from(text, 'base64');
  return bytes.length > 0 && bytes.toString('base64') === text ? bytes : null;
}
