/** `soon` is for people and expiries, `later` for periodic looks. */
export type Priority = 'soon' | 'later';

export interface WaitingKeys {
  add(key: string, priority: Priority): void;
  /** The next key that may be worked on; undefined when there is none. */
  shift(isFree: (key: string) => boolean): string | undefined;
  remove(key: string): void;
  clear(): void;
  size(): number;
}

/** After so many keys of `soon` in a row one of `later` goes first, so that none waits for ever. */
const soonInARow = 8;

/** Keys in order, each once; adding a key of `later` again as `soon` moves it up. */
export function createWaitingKeys(): WaitingKeys {
  const soon = new Set<string>();
  const later = new Set<string>();
  let row = 0;

  function add(key: string, priority: Priority): void {
    if (soon.has(key)) return;
    if (priority === 'later') {
      later.add(key);
      return;
    }
    later.delete(key);
    soon.add(key);
  }

  function shift(isFree: (key: string) => boolean): string | undefined {
    for (const from of row >= soonInARow ? [later, soon] : [soon, later]) {
      const key = from.values().find(isFree);
      if (key === undefined) continue;
      row = from === soon ? row + 1 : 0;
      from.delete(key);
      return key;
    }
    return undefined;
  }

  function remove(key: string): void {
    soon.delete(key);
    later.delete(key);
  }

  function clear(): void {
    soon.clear();
    later.clear();
  }

  return { add, shift, remove, clear, size: () => soon.size + later.size };
}
