import type { SecretBytes } from './secret-bytes.ts';
import type { TreeEntry, TreeMap, TreeNode, ValueType } from './tree.ts';

export type { ValueType };

/** In the order of the document; keys are unique. Comments stand between the entries they precede. */
export type SecretMap = TreeMap<SecretValue, SecretComment>;
export type SecretEntry = TreeEntry<SecretValue, SecretComment>;

export interface SecretValue {
  readonly kind: 'value';
  readonly type: ValueType;
  /**
   * The raw bytes (`str`, `bytes`), or the canonical text: `int` decimal, `float` shortest without exponent,
   * `bool` `true` or `false`, `time` RFC 3339 with its own offset and no trailing zeros.
   */
  readonly bytes: SecretBytes;
}

export interface SecretComment {
  readonly kind: 'comment';
  /** The text after `#`. Comments are not covered by any integrity check. */
  readonly bytes: SecretBytes;
  /** True for a comment at the end of a line, false for one on a line of its own. */
  readonly inline: boolean;
}

/** A decrypted document as an ordered tree. Numbers keep their text, so nothing is lost or reordered. */
export type SecretNode = TreeNode<SecretValue, SecretComment>;

/** Wipes every value and comment below the node. */
export function wipeTree(node: SecretNode | SecretComment): void {
  switch (node.kind) {
    case 'map':
      for (const entry of node.entries) {
        if (entry.kind === 'entry') wipeTree(entry.value);
        else wipeTree(entry);
      }
      return;
    case 'list':
      for (const item of node.items) wipeTree(item);
      return;
    case 'value':
    case 'comment':
      node.bytes.wipe();
      return;
    case 'null':
      return;
  }
}

/** A copy with bytes of its own, without the comments. */
export function copyTree(node: SecretNode): SecretNode {
  switch (node.kind) {
    case 'map':
      return copyMap(node);
    case 'list':
      return {
        kind: 'list',
        items: node.items.filter((item) => item.kind !== 'comment').map(copyTree),
      };
    case 'value':
      return { ...node, bytes: node.bytes.copy() };
    case 'null':
      return node;
  }
}

/** {@link copyTree} of a map. */
export function copyMap({ entries }: SecretMap): SecretMap {
  return {
    kind: 'map',
    entries: entries
      .filter((entry) => entry.kind === 'entry')
      .map(({ kind, key, value }) => ({ kind, key, value: copyTree(value) })),
  };
}
