import { createHash } from 'node:crypto';
import type { WrappedKey } from '#core/ports/data-key.ts';
import type { KeyMaterial } from '#core/ports/decryptor.ts';
import type { SecretBytes } from '#core/secret/secret-bytes.ts';

/**
 * Unwrapped keys in memory, by the digest of the wrapped copy and of the identities that opened it: whoever asks with
 * other identities finds nothing. The least recently used goes first.
 */
export interface DataKeyCache {
  /** A copy; the caller wipes it. */
  get(slot: string): SecretBytes | null;
  put(slot: string, key: SecretBytes): void;
}

export function createDataKeyCache(entries: number): DataKeyCache {
  const kept = new Map<string, SecretBytes>();
  return {
    get(slot): SecretBytes | null {
      const key = kept.get(slot);
      if (key === undefined) return null;
      kept.delete(slot);
      kept.set(slot, key);
      return key.copy();
    },
    put(slot, key): void {
      kept.get(slot)?.wipe();
      kept.delete(slot);
      kept.set(slot, key.copy());
      const [oldest] = kept.size > entries ? kept.keys() : [];
      if (oldest !== undefined) {
        kept.get(oldest)?.wipe();
        kept.delete(oldest);
      }
    },
  };
}

/** Digest of the identities, each length-prefixed, so that no two sets are alike. */
export function digestKeys(keys: readonly KeyMaterial[]): string {
  const hash = createHash('sha256');
  for (const { bytes } of keys) hash.update(`${bytes.size}:`).update(bytes.expose());
  return hash.digest('base64');
}

export function slotOf(wrapped: WrappedKey, keysDigest: string): string {
  return createHash('sha256')
    .update(`${wrapped.kind}:${wrapped.wrapped.length}:`)
    .update(wrapped.wrapped)
    .update(keysDigest)
    .digest('base64');
}
