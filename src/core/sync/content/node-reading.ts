import { SecretBytes } from '../../secret/secret-bytes.ts';
import type { SecretEntry, SecretMap, SecretNode } from '../../secret/secret-tree.ts';

/** The entries of a map without the comments between them. */
export function entriesOf(map: SecretMap): readonly SecretEntry[] {
  return map.entries.filter((entry) => entry.kind === 'entry');
}

/**
 * The text of a value that names something (a kind, a label): not for secrets, because strings cannot be wiped. Null
 * for a map, a list, and a value that is not UTF-8.
 */
export function readName(node: SecretNode | undefined): string | null {
  if (node?.kind !== 'value') return null;
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(node.bytes.expose());
  } catch {
    return null;
  }
}

/** A copy of one value, that the caller wipes; nothing stands for null, and a map or a list has none. */
export function copyValue(node: SecretNode): SecretBytes | null {
  if (node.kind === 'null') return SecretBytes.take(new Uint8Array(0));
  return node.kind === 'value' ? node.bytes.copy() : null;
}

/** Follows a path of map keys and list positions; null when it leads nowhere. */
export function findNode(root: SecretNode, path: readonly string[]): SecretNode | null {
  let at: SecretNode | undefined = root;
  for (const step of path) {
    if (at === undefined) return null;
    at = stepInto(at, step);
  }
  return at ?? null;
}

function stepInto(node: SecretNode, step: string): SecretNode | undefined {
  if (node.kind === 'map') return entriesOf(node).find((entry) => entry.key === step)?.value;
  if (node.kind !== 'list' || !/^\d{1,9}$/u.test(step)) return undefined;
  return node.items.filter((item) => item.kind !== 'comment')[Number(step)];
}
