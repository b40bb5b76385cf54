/** A map of bounded size: what was set longest ago is forgotten first. */
export interface RecentMap<V> {
  get(key: string): V | undefined;
  /** Makes it the most recent one, also when it was there. */
  set(key: string, value: V): void;
  delete(key: string): void;
}

/** `most` is how many it holds at most. */
export function createRecentMap<V>(most: number): RecentMap<V> {
  const map = new Map<string, V>();
  return {
    get: (key) => map.get(key),
    set(key, value): void {
      map.delete(key);
      map.set(key, value);
      const [oldest] = map.keys();
      if (map.size > most && oldest !== undefined) map.delete(oldest);
    },
    delete: (key) => void map.delete(key),
  };
}
