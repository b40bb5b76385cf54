import type { SecretBytes } from './secret-bytes.ts';

/** What a decrypted value was before it was encrypted (SOPS `type`). */
export type ValueType = 'str' | 'int' | 'float' | 'bool' | 'bytes' | 'time';

export interface SecretMap {
  readonly kind: 'map';
  /** In the order of the document; keys are unique. Comments stand between the entries they precede. */
  readonly entries: readonly (SecretEntry | SecretComment)[];
}

export interface SecretEntry {
  readonly kind: 'entry';
  readonly key: string;
  readonly value: SecretNode;
}

export interface SecretList {
  readonly kind: 'list';
  readonly items: readonly (SecretNode | SecretComment)[];
}

export interface SecretValue {
  readonly kind: 'value';
  readonly type: ValueType;
  /** The value's canonical text, or its raw bytes (`str`, `bytes`). */
  readonly bytes: SecretBytes;
}

export interface SecretNull {
  readonly kind: 'null';
}

export interface SecretComment {
  readonly kind: 'comment';
  /** The text after `#`. Comments are not covered by any integrity check. */
  readonly bytes: SecretBytes;
  /** True for a comment at the end of a line, false for one on a line of its own. */
  readonly inline: boolean;
}

/** A decrypted document as an ordered tree. Numbers keep their text, so nothing is lost or reordered. */
export type SecretNode = SecretMap | SecretList | SecretValue | SecretNull;

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
