import { createCipheriv, createHmac, createSecretKey } from 'node:crypto';
import type { Random } from '#core/ports/time.ts';
import type { SecretBytes } from '#core/secret/secret-bytes.ts';
import { renderEncryptedValue } from '#core/sops/encrypted-value.ts';
import type { NameSealable } from '#core/sops/write/keep-sealed.ts';
import type { Seal } from '#core/sops/write/seal-documents.ts';

const nonceBytes = 32;
const tagBytes = 16;

/** AES-256-GCM under the data key, a fresh nonce of 32 bytes for each value, as SOPS writes it. */
export function createSeal(dataKey: SecretBytes, random: Random): Seal {
  const key = createSecretKey(dataKey.expose());
  return ({ type, plaintext, additionalData }) => {
    const nonce = random.bytes(nonceBytes);
    const cipher = createCipheriv('aes-256-gcm', key, nonce, { authTagLength: tagBytes });
    cipher.setAAD(Buffer.from(additionalData));
    const data = Buffer.concat([cipher.update(plaintext), cipher.final()]).toString('base64');
    const tag = cipher.getAuthTag().toString('base64');
    return renderEncryptedValue({ data, iv: Buffer.from(nonce).toString('base64'), tag, type });
  };
}

/** Names values by a digest under the data key, so that no second copy of a plaintext is kept. */
export function createNameSealable(dataKey: SecretBytes): NameSealable {
  const key = createSecretKey(dataKey.expose());
  return ({ type, plaintext, additionalData }) =>
    createHmac('sha256', key)
      .update(JSON.stringify([type, additionalData]))
      .update(plaintext)
      .digest('base64');
}
