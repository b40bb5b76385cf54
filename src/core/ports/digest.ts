/** Keyed and plain hashing, as a port because `core` imports nothing of Node. */
export interface Digest {
  /** SHA-256 of the concatenated parts, as lower-case hex. */
  sha256Hex(...parts: readonly Uint8Array[]): string;
  /**
   * The digest of one secret value as it may be stored beside it: HMAC(HKDF(cluster key, context), value) cut to
   * 128 bits, lower-case hex. The context names the cluster id, namespace, Secret and key, so equal values in
   * two places differ and a digest is no oracle.
   */
  valueDigest(context: readonly string[], value: Uint8Array): string;
}
