import { createHash, createHmac, createSecretKey, hkdfSync, type KeyObject } from 'node:crypto';
import type { Digest } from '#core/ports/digest.ts';
import type { SecretBytes } from '#core/secret/secret-bytes.ts';

const digestBytes = 16;
const derivedKeyBytes = 32;
/** Separates these keys from any other use of the cluster key; a new scheme gets a new label. */
const purpose = 'mayfly.dev/value-digest/v1';

/**
 * The {@link Digest} of one cluster. It keeps a copy of the cluster key. A value's digest is HMAC-SHA256 under
 * HKDF-SHA256(cluster key, purpose ‖ cluster id ‖ context), 128 bits of it; each part of the context carries its
 * length, so no two contexts meet.
 */
export function createNodeDigest(clusterKey: SecretBytes, clusterId: string): Digest {
  const clusterKeyObject = createSecretKey(clusterKey.expose());
  return {
    sha256Hex: (...parts) => sha256(parts).toString('hex'),
    valueDigest: (context, value) => {
      const key = deriveKey(clusterKeyObject, [purpose, clusterId, ...context]);
      const digest = createHmac('sha256', key).update(value).digest();
      key.fill(0);
      return digest.subarray(0, digestBytes).toString('hex');
    },
  };
}

function deriveKey(clusterKey: KeyObject, context: readonly string[]): Uint8Array {
  const salt = new Uint8Array(0);
  const key = hkdfSync('sha256', clusterKey, salt, hashContext(context), derivedKeyBytes);
  return new Uint8Array(key);
}

/** Hashed, because HKDF takes at most 1024 bytes of context and names have no such limit. */
function hashContext(context: readonly string[]): Uint8Array {
  const hash = createHash('sha256');
  for (const part of context) {
    const bytes = Buffer.from(part, 'utf8');
    const length = Buffer.alloc(4);
    length.writeUInt32BE(bytes.length);
    hash.update(length).update(bytes);
  }
  return hash.digest();
}

function sha256(parts: readonly Uint8Array[]): Buffer {
  const hash = createHash('sha256');
  for (const part of parts) hash.update(part);
  return hash.digest();
}
