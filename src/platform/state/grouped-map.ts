/** A map whose values also belong to groups, so that a group is found without looking at the others. */
export interface GroupedMap<T> {
  get(key: string): T | null;
  all(): readonly T[];
  inGroup(group: string): readonly T[];
  set(key: string, value: T): void;
  delete(key: string): void;
}

export function createGroupedMap<T>(groupOf: (value: T) => string): GroupedMap<T> {
  const values = new Map<string, T>();
  const groups = new Map<string, Map<string, T>>();

  function leaveGroup(key: string): void {
    const value = values.get(key);
    if (value === undefined) return;
    const group = groups.get(groupOf(value));
    group?.delete(key);
    if (group?.size === 0) groups.delete(groupOf(value));
  }

  return {
    get: (key) => values.get(key) ?? null,
    all: () => [...values.values()],
    inGroup: (group) => [...(groups.get(group)?.values() ?? [])],
    set(key, value): void {
      leaveGroup(key);
      values.set(key, value);
      const name = groupOf(value);
      const group = groups.get(name) ?? new Map<string, T>();
      groups.set(name, group.set(key, value));
    },
    delete(key): void {
      leaveGroup(key);
      values.delete(key);
    },
  };
}
