import type { KubeObject } from './kube-api.ts';

/** How a mirror of objects stands with its server. */
export interface ReflectorHealth {
  /** Whether everything was listed once. */
  readonly synced: boolean;
  /** When the server was last heard of: an answer, an event or a bookmark; null before the first. */
  readonly heardAt: number | null;
}

/**
 * Keeps what a query finds mirrored in memory: a paged list, then a watch, again and again, whatever breaks. What is
 * kept of each object is what `keep` makes of it, so that no more memory is held than is read.
 */
export interface Reflector<T> {
  /** Runs until the signal ends it. No callback comes afterwards. */
  run(signal: AbortSignal): Promise<void>;
  /** Resolves after the first whole list; rejects with the reason of the signal. */
  untilSynced(signal: AbortSignal): Promise<void>;
  get(namespace: string, name: string): T | null;
  list(): readonly T[];
  /**
   * Takes in what a write of ours was answered, so that no read sees the state before it: events and lists from before
   * the write do not undo it. Nobody is called back, neither now nor when the event of this write comes.
   */
  learn(object: KubeObject): void;
  health(): ReflectorHealth;
}

/** What was seen of an object: as it is now, or that it is gone. */
export interface ReflectorChange<T> {
  readonly before: T | null;
  readonly after: T | null;
}
