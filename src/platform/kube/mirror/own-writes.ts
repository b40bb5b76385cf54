import type { ReflectorChange } from '#core/ports/kube/reflector.ts';
import {
  isSameVersion,
  renderPlace,
  type ObjectPlace,
  type ObjectVersion,
} from './object-version.ts';

export interface OwnWritesParts<T> {
  /** What is mirrored at a place now. */
  find(place: ObjectPlace): T | null;
  /**
   * Whether somebody else must have made this change. Not asked about a removal, which always counts; asked with the
   * same state twice when it is only known that there was a change while we wrote.
   */
  isForeign(change: ReflectorChange<T> & { readonly after: T }): boolean;
  onForeign(change: ReflectorChange<T>): void;
}

/** Writes of ours that are under way to one object, and what was seen of it meanwhile. */
interface Turn<T> {
  writes: number;
  seen: ReflectorChange<T> | null;
}

/**
 * Tells what others do to mirrored objects from what this process does. The event of a write may come before its
 * answer: what is seen during a write is judged after it, by how the object is then.
 */
export class OwnWrites<T extends ObjectVersion> {
  readonly #parts: OwnWritesParts<T>;
  readonly #turns = new Map<string, Turn<T>>();
  /** What we ended and is still mirrored, because the event has not come yet; by uid. */
  readonly #ended = new Map<string, T>();

  constructor(parts: OwnWritesParts<T>) {
    this.#parts = parts;
  }

  /** How many ends of objects are still to be seen. */
  get unseenEnds(): number {
    return this.#ended.size;
  }

  async during<R>(place: ObjectPlace, write: () => Promise<R>): Promise<R> {
    const key = renderPlace(place);
    const turn = this.#turns.get(key) ?? { writes: 0, seen: null };
    this.#turns.set(key, turn);
    turn.writes += 1;
    try {
      return await write();
    } finally {
      turn.writes -= 1;
      if (turn.writes === 0) {
        this.#turns.delete(key);
        this.#judgeLate(place, turn);
      }
    }
  }

  /** We have ended it in this state. To be called during the write. */
  noteEnd(last: T): void {
    const turn = this.#turns.get(renderPlace(last));
    if (turn?.seen?.after === null) turn.seen = null;
    if (this.#parts.find(last)?.uid === last.uid) this.#ended.set(last.uid, last);
  }

  /** An answer has put another object in the place of this one, whose end will never be seen. */
  noteReplaced({ uid }: T): void {
    this.#ended.delete(uid);
  }

  isEnded(kept: T): boolean {
    return isSameVersion(this.#ended.get(kept.uid) ?? null, kept);
  }

  /** To be told every change of the mirror. */
  see(change: ReflectorChange<T>): void {
    const { before, after } = change;
    const known = after ?? before;
    if (known === null || isSameVersion(before, after)) return;
    if (this.#isEndOfOurs(known, after)) return;
    const turn = this.#turns.get(renderPlace(known));
    if (turn !== undefined) turn.seen = change;
    else if (after === null || this.#parts.isForeign({ before, after })) {
      this.#parts.onForeign(change);
    }
  }

  #isEndOfOurs({ uid }: T, after: T | null): boolean {
    const ended = this.#ended.get(uid);
    if (ended === undefined) return false;
    if (!isSameVersion(after, ended)) this.#ended.delete(uid);
    return true;
  }

  #judgeLate(place: ObjectPlace, { seen }: Turn<T>): void {
    if (seen === null) return;
    const after = this.#parts.find(place);
    if (after === null) this.#parts.onForeign({ ...seen, after });
    else if (!this.isEnded(after) && this.#parts.isForeign({ before: after, after })) {
      this.#parts.onForeign({ ...seen, after });
    }
  }
}
