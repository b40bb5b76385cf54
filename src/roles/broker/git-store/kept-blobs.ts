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

  async function* readBlobs(
    request: GitRequest,
    blobs: readonly string[],
    signal: AbortSignal,
  ): AsyncGenerator<ReadBlob> {
    for await (const read of inner.readBlobs(request, blobs, signal)) {
      if ('bytes' in read) keep(slotOf(request.key, read.blob), read.bytes);
      yield read;
    }
  }

  return {
    git: {
      fetch: async (request, signal) => await inner.fetch(request, signal),
      listFiles: async (request, commit, signal) => await inner.listFiles(request, commit, signal),
      prefetch: async (request, blobs, signal) => {
        await inner.prefetch(request, blobs, signal);
        for await (const _ of readBlobs(request, blobs, signal)) signal.throwIfAborted();
      },
      readBlobs,
      forget: async (key) => {
        for (const slot of kept.keys()) if (slot.startsWith(slotOf(key, ''))) drop(slot);
        await inner.forget(key);
      },
    },
    find(key, blob, fileBytes): Uint8Array | null {
      const slot = slotOf(key, blob);
      const bytes = kept.get(slot);
      if (bytes === undefined || bytes.length > fileBytes) return null;
      kept.delete(slot);
      kept.set(slot, bytes);
      return bytes;
    },
  };
}

/** One source never answers for another, whatever its blobs are called. */
function slotOf(key: string, blob: string): string {
  return `${key} ${blob}`;
}
