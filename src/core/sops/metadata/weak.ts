import type { SourceEntry, SourceMap, SourceNode } from '#core/secret/source-tree.ts';

/**
 * Metadata is weakly typed: dotenv and INI files hold only text, so `"2"` is a number and `"true"` a boolean, as
 * with Go's mapstructure. Each function returns null for what cannot be read as asked; absent is not null.
 */

/** The value of a field; an absent field and a null one are the same. */
export function fieldOf(map: SourceMap, key: string): SourceNode | undefined {
  const entry = map.entries.find(
    (candidate): candidate is SourceEntry => candidate.kind === 'entry' && candidate.key === key,
  );
  return entry === undefined || entry.value.kind === 'null' ? undefined : entry.value;
}

export function asText(node: SourceNode | undefined): string | null {
  if (node === undefined) return '';
  if (node.kind !== 'value' || node.type === 'time') return null;
  return node.text;
}

/** A count that is not negative. */
export function asCount(node: SourceNode | undefined): number | null {
  if (node === undefined) return 0;
  if (node.kind !== 'value' || !/^[0-9]{0,6}$/u.test(node.text)) return null;
  return Number(node.text);
}

const booleans = new Map([
  ...['1', 't', 'T', 'TRUE', 'true', 'True'].map((text) => [text, true] as const),
  ...['0', 'f', 'F', 'FALSE', 'false', 'False', ''].map((text) => [text, false] as const),
]);

export function asBoolean(node: SourceNode | undefined): boolean | null {
  if (node === undefined) return false;
  return node.kind === 'value' ? (booleans.get(node.text) ?? null) : null;
}

/** A list of maps; comments in it do not count, an empty map is an empty list. */
export function asMaps(node: SourceNode | undefined): readonly SourceMap[] | null {
  if (node === undefined) return [];
  if (node.kind === 'map') return node.entries.length === 0 ? [] : [node];
  if (node.kind !== 'list') return null;
  const items = node.items.filter((item) => item.kind !== 'comment');
  const maps = items.filter((item) => item.kind === 'map');
  return maps.length === items.length ? maps : null;
}
