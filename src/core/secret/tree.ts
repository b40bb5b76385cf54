/**
 * An ordered document, in any state: as read from a file, or decrypted. `V` is its leaf, `C` its comment.
 * Comments stand between the entries or items they precede; keys are unique within a map.
 */
export type TreeNode<V, C> = TreeMap<V, C> | TreeList<V, C> | TreeNull | V;

export interface TreeMap<V, C> {
  readonly kind: 'map';
  readonly entries: readonly (TreeEntry<V, C> | C)[];
}

export interface TreeEntry<V, C> {
  readonly kind: 'entry';
  readonly key: string;
  readonly value: TreeNode<V, C>;
}

export interface TreeList<V, C> {
  readonly kind: 'list';
  readonly items: readonly (TreeNode<V, C> | C)[];
}

export interface TreeNull {
  readonly kind: 'null';
}

/** What a value is, in the words of SOPS. */
export type ValueType = 'str' | 'int' | 'float' | 'bool' | 'bytes' | 'time';
