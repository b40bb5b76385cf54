import type { ReadBlob } from '#core/ports/git/git-repository.ts';

/** Blobs that were read before anybody asked for them, each given out once. */
export interface ReadAhead {
  /** Forgets what is left of the source's last time. What does not fit any more is left out. */
  replace(key: string, blobs: AsyncIterable<ReadBlob>): Promise<void>;
  /** The blobs in the order asked, or null when one of them is not here. */
  take(key: string, blobs: readonly string[]): readonly ReadBlob[] | null;
  forget(key: string): void;
}

export function createReadAhead(maxBytes: number): ReadAhead {
  const kept = new Map<string, Map<string, Uint8Array>>();
  let free = maxBytes;

  function forget(key: string): void {
    for (const bytes of kept.get(key)?.values() ?? []) free += bytes.length;
    kept.delete(key);
  }

  async function replace(key: string, blobs: AsyncIterable<ReadBlob>): Promise<void> {
    forget(key);
    const fresh = new Map<string, Uint8Array>();
    kept.set(key, fresh);
    for await (const read of blobs) {
      if (kept.get(key) !== fresh) return;
      if ('refused' in read || fresh.has(read.blob)) continue;
      if (read.bytes.length > free) return;
      free -= read.bytes.length;
      fresh.set(read.blob, read.bytes);
    }
  }

  function take(key: string, blobs: readonly string[]): readonly ReadBlob[] | null {
    const known = kept.get(key);
    const found = blobs.map((blob) => ({ blob, bytes: known?.get(blob) }));
    if (!found.every(isHere)) return null;
    for (const { blob, bytes } of found) if (known?.delete(blob) === true) free += bytes.length;
    return found;
  }

  return { replace, take, forget };
}

function isHere(read: {
  readonly blob: string;
  readonly bytes: Uint8Array | undefined;
}): read is { readonly blob: string; readonly bytes: Uint8Array } {
  return read.bytes !== undefined;
}
