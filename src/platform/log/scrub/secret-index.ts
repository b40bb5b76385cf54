import { watchSecrets, type SecretBytes } from '#core/secret/secret-bytes.ts';

/** A shorter value would hide too much of every line. In bytes. */
export const shortestHidden = 6;

/** The live secrets, found by their leading bytes. Holds no value itself, only a hash of six bytes of each. */
export interface SecretIndex {
  /** How many of the bytes from `at` on are a live secret; 0 when none begins there. */
  lengthAt(bytes: Uint8Array, at: number): number;
  readonly isEmpty: boolean;
  /** Takes in the secrets made since the last call. */
  refresh(): void;
  stop(): void;
}

type Reference = WeakRef<SecretBytes>;

/** Follows the secrets of this process; a secret costs its entry only when a line is written while it lives. */
export function createSecretIndex(): SecretIndex {
  const unseen = new Set<Reference>();
  const hashes = new Map<Reference, number>();
  const buckets = new Map<number, Set<Reference>>();

  function vanished(reference: Reference): void {
    unseen.delete(reference);
    const hash = hashes.get(reference);
    if (hash === undefined) return;
    hashes.delete(reference);
    const bucket = buckets.get(hash);
    bucket?.delete(reference);
    if (bucket?.size === 0) buckets.delete(hash);
  }

  function enter(reference: Reference): void {
    const value = readValue(reference);
    if (value === null || value.length < shortestHidden) return;
    const hash = hashAt(value, 0);
    hashes.set(reference, hash);
    const bucket = buckets.get(hash);
    if (bucket === undefined) buckets.set(hash, new Set([reference]));
    else bucket.add(reference);
  }

  function refresh(): void {
    for (const reference of unseen) enter(reference);
    unseen.clear();
  }

  function lengthAt(bytes: Uint8Array, at: number): number {
    const bucket = buckets.get(hashAt(bytes, at));
    let longest = 0;
    for (const reference of bucket ?? []) {
      const value = readValue(reference);
      if (value !== null && value.length > longest && isAt(bytes, at, value))
        longest = value.length;
    }
    return longest;
  }

  const stop = watchSecrets({ appeared: (reference) => unseen.add(reference), vanished });
  return {
    lengthAt,
    refresh,
    stop,
    get isEmpty() {
      return hashes.size === 0;
    },
  };
}

/** Without the white space around it: key files end in a newline that a line may not show. */
function readValue(reference: Reference): Uint8Array | null {
  const secret = reference.deref();
  if (secret === undefined || secret.isWiped) return null;
  const bytes = secret.expose();
  let start = 0;
  let end = bytes.length;
  while (start < end && isSpace(bytes[start])) start += 1;
  while (end > start && isSpace(bytes[end - 1])) end -= 1;
  return bytes.subarray(start, end);
}

function isSpace(byte: number | undefined): boolean {
  return byte === 0x20 || (byte !== undefined && byte >= 0x09 && byte <= 0x0d);
}

/** Of six bytes; as a small integer, which makes the fastest key of a map. */
function hashAt(bytes: Uint8Array, at: number): number {
  let hash = 0;
  for (let index = at; index < at + shortestHidden; index += 1) {
    hash = Math.imul(hash, 0x01000193) ^ (bytes[index] ?? 0);
  }
  return (hash ^ (hash >>> 15)) & 0x3fffffff;
}

function isAt(bytes: Uint8Array, at: number, value: Uint8Array): boolean {
  if (at + value.length > bytes.length) return false;
  for (let index = shortestHidden - 1; index < value.length; index += 1) {
    if (bytes[at + index] !== value[index]) return false;
  }
  return value.subarray(0, shortestHidden).every((byte, index) => bytes[at + index] === byte);
}
