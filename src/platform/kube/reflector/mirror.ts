import type { KubeObject, KubeWatchEvent } from '#core/ports/kube/kube-api.ts';
import type { ReflectorChange } from '#core/ports/kube/reflector.ts';
import { isOlderVersion } from './resource-version.ts';

export interface MirrorParts<T> {
  /** What is held of an object. A throw leaves the mirror as it was. */
  keep(object: KubeObject): T;
  /** Told after the mirror has changed. */
  tell(change: ReflectorChange<T>): void;
  /** What `keep` has thrown. */
  onFault(error: unknown): void;
  /** As many objects as are held at most; of as many that are gone is known what their last version was. */
  readonly maxObjects: number;
}

interface Entry<T> {
  readonly uid: string;
  readonly version: string;
  readonly kept: T;
  /** The number of lists that had begun when it was learned; 0 when it was listed or watched. */
  readonly learnedIn: number;
}

export type ObjectEvent = Exclude<KubeWatchEvent, { readonly kind: 'bookmark' }>;

/** A list in the making; the mirror does not change before `finish`. */
export interface ListDraft {
  add(objects: readonly KubeObject[]): void;
  /** The list was whole, and of this version. */
  finish(version: string): void;
}

/**
 * Objects in memory. A list decides what there is. Events may come late, twice or in any order: none takes an object
 * back to an older version, and what was learned from an answer outlives a list that had begun before.
 */
export class Mirror<T> {
  readonly #parts: MirrorParts<T>;
  /** What was deleted since the last list, so that a late event does not bring it back. */
  readonly #gone = new Map<string, string>();
  #entries = new Map<string, Entry<T>>();
  #lists = 0;

  constructor(parts: MirrorParts<T>) {
    this.#parts = parts;
  }

  get size(): number {
    return this.#entries.size;
  }

  get(namespace: string, name: string): T | null {
    return this.#entries.get(keyOf({ namespace, name }))?.kept ?? null;
  }

  list(): readonly T[] {
    return [...this.#entries.values()].map(({ kept }) => kept);
  }

  learn(object: KubeObject): void {
    const key = keyOf(object.metadata);
    const entry = this.#isNews(key, object) ? this.#enter(object, this.#lists) : null;
    if (entry !== null) this.#put(key, entry);
  }

  take({ kind, object }: ObjectEvent): void {
    const key = keyOf(object.metadata);
    if (kind === 'deleted') {
      this.#takeDeletion(key, object);
      return;
    }
    const before = this.#entries.get(key)?.kept ?? null;
    const entry = this.#isNews(key, object) ? this.#enter(object, 0) : null;
    if (entry === null) return;
    this.#put(key, entry);
    this.#parts.tell({ before, after: entry.kept });
  }

  beginList(): ListDraft {
    this.#lists += 1;
    const next = new Map<string, Entry<T>>();
    return {
      add: (objects) => {
        for (const object of objects) {
          const key = keyOf(object.metadata);
          const entry = this.#enterListed(key, object);
          if (entry !== null) next.set(key, entry);
        }
      },
      finish: (version) => this.#adopt(next, version),
    };
  }

  /** What is held of an unchanged object is held on; so it is of one that `keep` does not bear. */
  #enterListed(key: string, object: KubeObject): Entry<T> | null {
    const held = this.#entries.get(key);
    if (held !== undefined && isSame(held, object)) return { ...held, learnedIn: 0 };
    return this.#enter(object, 0) ?? held ?? null;
  }

  #adopt(next: Map<string, Entry<T>>, version: string): void {
    const before = this.#entries;
    for (const [key, entry] of before) {
      const isAfterBegin = entry.learnedIn === this.#lists;
      const listed = next.get(key)?.version ?? version;
      if (isAfterBegin && isOlderVersion(listed, entry.version)) next.set(key, entry);
    }
    this.#entries = next;
    this.#gone.clear();
    for (const change of diffEntries(before, next)) this.#parts.tell(change);
  }

  #enter(object: KubeObject, learnedIn: number): Entry<T> | null {
    const { uid, resourceVersion } = object.metadata;
    try {
      return { uid, version: resourceVersion, kept: this.#parts.keep(object), learnedIn };
    } catch (error) {
      this.#parts.onFault(error);
      return null;
    }
  }

  #isNews(key: string, object: KubeObject): boolean {
    const held = this.#entries.get(key);
    return !this.#isPassed(key, object) && (held === undefined || !isSame(held, object));
  }

  #isPassed(key: string, { metadata }: KubeObject): boolean {
    const last = this.#entries.get(key)?.version ?? this.#gone.get(key);
    return last !== undefined && isOlderVersion(metadata.resourceVersion, last);
  }

  #put(key: string, entry: Entry<T>): void {
    this.#gone.delete(key);
    this.#entries.set(key, entry);
  }

  #takeDeletion(key: string, object: KubeObject): void {
    if (this.#isPassed(key, object)) return;
    const held = this.#entries.get(key);
    this.#entries.delete(key);
    this.#gone.set(key, object.metadata.resourceVersion);
    const [oldest] = this.#gone.keys();
    if (this.#gone.size > this.#parts.maxObjects && oldest !== undefined) this.#gone.delete(oldest);
    if (held !== undefined) this.#parts.tell({ before: held.kept, after: null });
  }
}

function* diffEntries<T>(
  before: ReadonlyMap<string, Entry<T>>,
  after: ReadonlyMap<string, Entry<T>>,
): Generator<ReflectorChange<T>> {
  for (const [key, { kept }] of before) if (!after.has(key)) yield { before: kept, after: null };
  for (const [key, { uid, version, kept }] of after) {
    const old = before.get(key) ?? null;
    if (old === null) yield { before: null, after: kept };
    else if (old.uid !== uid || old.version !== version) yield { before: old.kept, after: kept };
  }
}

function isSame(held: Entry<unknown>, { metadata }: KubeObject): boolean {
  return held.uid === metadata.uid && held.version === metadata.resourceVersion;
}

function keyOf({ namespace = '', name }: { namespace?: string; name: string }): string {
  return `${namespace}/${name}`;
}
