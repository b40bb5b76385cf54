import type { ReplayStore, TokenUse, UseVerdict } from '#core/ports/broker/replay-store.ts';
import type { Clock, Instant } from '#core/ports/time.ts';

/** A {@link ReplayStore} in memory. */
export interface MemoryReplay extends ReplayStore {
  /** Uses that are counted now. */
  readonly uses: number;
  /** What was used before is not known. */
  knownSince: Instant | null;
}

const retryMs = 60_000;

export function createMemoryReplay(clock: Clock): MemoryReplay {
  const uses: { readonly key: string; readonly request: string; readonly at: Instant }[] = [];
  function findSame({ key, request }: TokenUse): number {
    return uses.findLastIndex((use) => use.key === key && use.request === request);
  }
  const store = {
    knownSince: null as Instant | null,
    get uses() {
      return uses.length;
    },
    async take(use: TokenUse): Promise<UseVerdict> {
      if (store.knownSince !== null && use.issuedAt < store.knownSince) return 'unknown';
      const same = uses[findSame(use)];
      if (same !== undefined && clock.now() - same.at < retryMs) return 'again';
      if (uses.filter(({ key }) => key === use.key).length >= use.limit) return 'spent';
      uses.push({ key: use.key, request: use.request, at: clock.now() });
      return 'first';
    },
    async release(use: TokenUse): Promise<void> {
      const index = findSame(use);
      if (index >= 0) uses.splice(index, 1);
    },
    close: async () => undefined,
  };
  return store;
}
