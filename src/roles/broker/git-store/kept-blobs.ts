import type { GitRepository, GitRequest, ReadBlob } from '#core/ports/git/git-repository.ts';

/** Encrypted files in memory, so that a read does not wait for the host or for git. */
export interface KeptBlobs {
  /** The same repository, of which is kept what is brought beforehand or read. */
  readonly git: GitRepository;
  /** Null when it is not at hand, or over the limit of a file. */
  find(key: string, blob: string, fileBytes: number): Uint8Array | null;
}

/** `maxBytes` is what is kept of all sources together: what was used longest ago is dropped first. */
export function keepBlobs(inner: GitRepository, maxBytes: number): KeptBlobs {
  const kept = createKept(maxBytes);

  async function* readBlobs(
    request: GitRequest,
    blobs: readonly string[],
    signal: AbortSignal,
  ): AsyncGenerator<ReadBlob> {
    for await (const read of inner.readBlobs(request, blobs, signal)) {
      if ('bytes' in read) kept.keep(slotOf(request.key, read.blob), read.bytes);
      yield read;
    }
  }

  return {
    git: {
      fetch: async (request, signal) => await inner.fetch(request, signal),
      listFiles: async (request, commit, signal) => await inner.listFiles(request, commit, signal),
      prefetch: async (request, blobs, signal) => {
        await inner.prefetch(request, blobs, signal);
        let brought = 0;
        for await (const read of readBlobs(request, blobs, signal)) {
          brought += 'bytes' in read ? read.bytes.length : 0;
          if (brought >= maxBytes) return;
        }
      },
      readBlobs,
      forget: async (key) => {
        kept.dropAll(slotOf(key, ''));
        await inner.forget(key);
      },
    },
    find(key, blob, fileBytes): Uint8Array | null {
      const bytes = kept.take(slotOf(key, blob));
      return bytes === null || bytes.length > fileBytes ? null : bytes;
    },
  };
}

/** One source never answers for another, whatever its blobs are called. */
function slotOf(key: string, blob: string): string {
  return `${key} ${blob}`;
}

interface Kept {
  keep(slot: string, bytes: Uint8Array): void;
  /** Makes it the most recent one. */
  take(slot: string): Uint8Array | null;
  dropAll(prefix: string): void;
}

function createKept(maxBytes: number): Kept {
  const kept = new Map<string, Uint8Array>();
  let total = 0;

  function drop(slot: string): void {
    total -= kept.get(slot)?.length ?? 0;
    kept.delete(slot);
  }

  function keep(slot: string, bytes: Uint8Array): void {
    drop(slot);
    kept.set(slot, bytes);
    total += bytes.length;
    for (const oldest of kept.keys()) {
      if (total <= maxBytes) return;
      drop(oldest);
    }
  }

  return {
    keep,
    take(slot): Uint8Array | null {
      const bytes = kept.get(slot) ?? null;
      if (bytes !== null) keep(slot, bytes);
      return bytes;
    },
    dropAll(prefix): void {
      for (const slot of kept.keys()) if (slot.startsWith(prefix)) drop(slot);
    },
  };
}
