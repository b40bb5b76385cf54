import type { SecretBytes } from './secret-bytes.ts';
import type { SecretMap, SecretNode } from './secret-tree.ts';

/** What a map has for a key; null for nothing. */
export function pickEntry(map: SecretMap, key: string): SecretNode | null {
  for (const entry of map.entries) {
    if (entry.kind === 'entry' && entry.key === key) return entry.value;
  }
  return null;
}

/** The text that a map has for a key, shared with the map; null for nothing and for what is no text. */
export function pickText(map: SecretMap, key: string): SecretBytes | null {
  const node = pickEntry(map, key);
  return node?.kind === 'value' && node.type === 'str' ? node.bytes : null;
}
