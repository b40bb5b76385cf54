import type { Digest } from '../ports/digest.ts';
import type { SecretBytes } from './secret-bytes.ts';

/**
 * The digest of each value, by key, as it may be stored beside the Secret and as drift is told by. It is bound to
 * namespace, name and key: equal values in two places have different digests.
 */
export function digestValues(
  digest: Digest,
  ref: { readonly namespace: string; readonly name: string },
  values: ReadonlyMap<string, SecretBytes>,
): Readonly<Record<string, string>> {
  const digests: [string, string][] = [];
  for (const [key, value] of values) {
    digests.push([key, digest.valueDigest([ref.namespace, ref.name, key], value.expose())]);
  }
  return Object.fromEntries(digests);
}

/** One digest for the content of a Secret, made from the keyed digests of its values, in whatever order. */
export function digestContent(digest: Digest, digests: Readonly<Record<string, string>>): string {
  const entries = Object.entries(digests).toSorted(([a], [b]) => (a < b ? -1 : 1));
  return digest.sha256Hex(new TextEncoder().encode(JSON.stringify(entries))).slice(0, 32);
}
