/** A JSON object whose fields are not known. */
export type JsonMap = { readonly [field: string]: unknown };

export function isMap(value: unknown): value is JsonMap {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The map at a field; an empty one when there is none. */
export function mapAt(value: unknown, field: string): JsonMap {
  const inner = isMap(value) ? value[field] : undefined;
  return isMap(inner) ? inner : {};
}

/** Equal as JSON, whatever the order of the fields. */
export function isEqual(a: unknown, b: unknown): boolean {
  return JSON.stringify(sortFields(a)) === JSON.stringify(sortFields(b));
}

function sortFields(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sortFields);
  if (!isMap(value)) return value;
  const entries = Object.entries(value).toSorted(([a], [b]) => (a < b ? -1 : 1));
  return Object.fromEntries(entries.map(([field, inner]) => [field, sortFields(inner)]));
}

/** RFC 7386: null removes a field, a map goes deeper, all else replaces. */
export function mergePatch(target: unknown, patch: JsonMap): JsonMap {
  const merged: Record<string, unknown> = isMap(target) ? { ...target } : {};
  for (const [field, value] of Object.entries(patch)) {
    if (value === null) delete merged[field];
    else merged[field] = isMap(value) ? mergePatch(merged[field], value) : structuredClone(value);
  }
  return merged;
}

/** Where a value stands: the fields from the root on. */
export type Path = readonly string[];

/** Every value that is no map, by its path. Lists are one value, as the API server takes most of them. */
export function leavesOf(value: unknown, path: Path = []): ReadonlyMap<string, unknown> {
  if (!isMap(value) || Object.keys(value).length === 0) return new Map([[spell(path), value]]);
  const inner = Object.entries(value).flatMap(([field, child]) => [
    ...leavesOf(child, [...path, field]),
  ]);
  return new Map(inner);
}

/** The object without the value at the path, nor the maps that stay empty without it. */
export function withoutLeaf(value: unknown, [field, ...rest]: Path): unknown {
  if (!isMap(value) || field === undefined) return value;
  const { [field]: inner, ...others } = value;
  if (rest.length === 0) return others;
  const kept = withoutLeaf(inner, rest);
  return isMap(kept) && Object.keys(kept).length > 0 ? { ...others, [field]: kept } : others;
}

export function spell(path: Path): string {
  return JSON.stringify(path);
}

export function unspell(path: string): Path {
  const parsed: unknown = JSON.parse(path);
  return Array.isArray(parsed) ? parsed.map(String) : [];
}
