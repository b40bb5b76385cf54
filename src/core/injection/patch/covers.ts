/**
 * Whether a value holds everything of another one: every field, every named element of a list, every text. What the
 * API server and other webhooks add to an object does not count; the order of named elements neither.
 */
export function covers(actual: unknown, expected: unknown): boolean {
  if (Array.isArray(expected)) return Array.isArray(actual) && coversList(actual, expected);
  if (typeof expected !== 'object' || expected === null) return Object.is(actual, expected);
  if (typeof actual !== 'object' || actual === null || Array.isArray(actual)) return false;
  const fields = new Map(Object.entries(actual));
  return Object.entries(expected).every(([key, value]) => covers(fields.get(key), value));
}

function coversList(actual: readonly unknown[], expected: readonly unknown[]): boolean {
  const names = expected.map(identify);
  if (names.includes(null)) {
    return (
      actual.length === expected.length &&
      expected.every((value, index) => covers(actual[index], value))
    );
  }
  const byName = Map.groupBy(actual, identify);
  return expected.every((value, index) =>
    (byName.get(names[index] ?? null) ?? []).some((each) => covers(each, value)),
  );
}

/** What tells the elements of a list apart: the path of a mount, the name of anything else; null where neither is. */
export function identify(element: unknown): string | null {
  if (typeof element !== 'object' || element === null) return null;
  const { mountPath, name } = element as { mountPath?: unknown; name?: unknown };
  const identity = mountPath ?? name;
  return typeof identity === 'string' ? identity : null;
}
