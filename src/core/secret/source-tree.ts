import type { TreeEntry, TreeList, TreeMap, TreeNode, TreeNull, ValueType } from './tree.ts';

/** A leaf as a file holds it: encrypted text, or a plain value in its canonical text. */
export interface SourceValue {
  readonly kind: 'value';
  readonly type: ValueType;
  /** `str`: the text; `int`: decimal; `float`: shortest without exponent; `bool`: `true`/`false`; `time`: RFC 3339. */
  readonly text: string;
}

export interface SourceComment {
  readonly kind: 'comment';
  /** What follows `#` (or `;`). */
  readonly text: string;
  /** True for a comment at the end of a line. */
  readonly inline: boolean;
}

/** A document as parsed from a file, not yet decrypted. */
export type SourceNode = TreeNode<SourceValue, SourceComment>;
export type SourceMap = TreeMap<SourceValue, SourceComment>;
export type SourceList = TreeList<SourceValue, SourceComment>;
export type SourceEntry = TreeEntry<SourceValue, SourceComment>;

/** Types an unquoted YAML scalar; null for one that cannot be held. A port, because the types are SOPS's own. */
export type ResolveScalar = (text: string) => SourceValue | TreeNull | null;
