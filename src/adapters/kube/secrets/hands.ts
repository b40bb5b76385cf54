import { formatRef } from '#core/api/object.ts';
import type { ReflectorChange } from '#core/ports/reflector.ts';
import type { OnForeignChange, SecretRef } from '#core/ports/secret-sink.ts';
import type { KeptSecret } from './read-secret.ts';

/** Writes of ours that are under way to one Secret, and what was seen of it meanwhile. */
interface Turn {
  writes: number;
  seen: ReflectorChange<KeptSecret> | null;
}

/**
 * Tells what others do to Secrets from what this process does. The event of a write may come before its answer: what
 * is seen during a write is judged after it, by how the Secret is then.
 */
export class Hands {
  readonly #listeners = new Set<OnForeignChange>();
  readonly #turns = new Map<string, Turn>();
  /** Versions, by uid, that we removed or released and whose end was not seen yet. */
  readonly #ended = new Map<string, string>();
  readonly #find: (ref: SecretRef) => KeptSecret | null;

  /** `find` looks a Secret up as it is known now. */
  constructor(find: (ref: SecretRef) => KeptSecret | null) {
    this.#find = find;
  }

  listen(listener: OnForeignChange): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Whether we ended it: it is still mirrored only because the event has not come yet. */
  isEnded({ live }: KeptSecret): boolean {
    return this.#ended.get(live.uid) === live.resourceVersion;
  }

  /** To be called during the write that ended it. */
  noteEnd({ live }: KeptSecret): void {
    const turn = this.#turns.get(formatRef(live));
    if (turn?.seen?.after === null) turn.seen = null;
    if (this.#find(live)?.live.uid === live.uid) this.#ended.set(live.uid, live.resourceVersion);
  }

  /** Another Secret took the place before the end of this one was seen, and now it never will be. */
  forgetEnd({ live }: KeptSecret): void {
    this.#ended.delete(live.uid);
  }

  async during<T>(ref: SecretRef, write: () => Promise<T>): Promise<T> {
    const key = formatRef(ref);
    const turn = this.#turns.get(key) ?? { writes: 0, seen: null };
    this.#turns.set(key, turn);
    turn.writes += 1;
    try {
      return await write();
    } finally {
      turn.writes -= 1;
      if (turn.writes === 0) {
        this.#turns.delete(key);
        this.#judgeLate(ref, turn);
      }
    }
  }

  see(change: ReflectorChange<KeptSecret>): void {
    const live = (change.after ?? change.before)?.live;
    if (live === undefined || this.#isEndOfOurs(change)) return;
    const turn = this.#turns.get(formatRef(live));
    if (turn !== undefined) turn.seen = change;
    else if (isForeign(change)) this.#tell(change);
  }

  #isEndOfOurs({ before, after }: ReflectorChange<KeptSecret>): boolean {
    const live = (after ?? before)?.live;
    const version = live === undefined ? undefined : this.#ended.get(live.uid);
    if (live === undefined || version === undefined) return false;
    if (after?.live.resourceVersion !== version) this.#ended.delete(live.uid);
    return true;
  }

  #judgeLate(ref: SecretRef, { seen }: Turn): void {
    if (seen === null) return;
    const now = this.#find(ref);
    if (now !== null && this.isEnded(now)) return;
    if (now === null || isDamaged(now)) this.#tell({ ...seen, after: now });
  }

  #tell({ before, after }: ReflectorChange<KeptSecret>): void {
    const ours = [before, after].find((known) => known !== null && known.live.lease !== null);
    const { name, lease } = ours?.live ?? { lease: null };
    if (name === undefined || lease === null) return;
    const manager = after === null ? null : after.manager;
    for (const listener of this.#listeners) listener(lease.owner, { name, manager });
  }
}

function isForeign({ before, after }: ReflectorChange<KeptSecret>): boolean {
  if (after === null) return true;
  if (before?.live.resourceVersion === after.live.resourceVersion) return false;
  if (isDamaged(after)) return true;
  // An old state that was put back is whole, and yet nobody's but theirs who did it.
  return before !== null && before.sealed !== after.sealed;
}

function isDamaged({ live }: KeptSecret): boolean {
  return live.lease === null || !live.intact;
}
