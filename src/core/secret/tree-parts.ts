import { SecretBytes } from './secret-bytes.ts';
import type { SecretComment, SecretNode, SecretValue } from './secret-tree.ts';
import type { ValueType } from './tree.ts';

/** A decrypted tree in flat pieces, so that it can cross a thread a few pieces at a time. */
export type TreePart =
  | { readonly part: 'map' | 'list' | 'null' | 'end' }
  | { readonly part: 'key'; readonly key: string }
  | { readonly part: 'value'; readonly type: ValueType; readonly bytes: Uint8Array }
  | { readonly part: 'comment'; readonly bytes: Uint8Array; readonly inline: boolean };

/** The pieces of a tree in document order. The bytes are the tree's own, not copies. */
export function* partsOf(node: SecretNode | SecretComment): Generator<TreePart> {
  switch (node.kind) {
    case 'map':
      yield { part: 'map' };
      for (const entry of node.entries) {
        if (entry.kind === 'entry') yield { part: 'key', key: entry.key };
        yield* partsOf(entry.kind === 'entry' ? entry.value : entry);
      }
      yield { part: 'end' };
      return;
    case 'list':
      yield { part: 'list' };
      for (const item of node.items) yield* partsOf(item);
      yield { part: 'end' };
      return;
    case 'null':
      yield { part: 'null' };
      return;
    case 'value':
      yield { part: 'value', type: node.type, bytes: node.bytes.expose() };
      return;
    case 'comment':
      yield { part: 'comment', bytes: node.bytes.expose(), inline: node.inline };
  }
}

interface Open {
  readonly node: SecretNode;
  /** The entries or items gathered so far. */
  readonly children: unknown[];
  /** The key that the next value belongs to. */
  key: string;
}

/** Puts trees together again, from pieces in the order of {@link partsOf}; takes their bytes over. */
export interface TreeBuilder {
  add(part: TreePart): void;
  /** The trees that are complete. */
  readonly trees: readonly SecretNode[];
  /** Every plaintext taken over so far, for wiping when the rest never comes. */
  wipe(): void;
}

export function createTreeBuilder(): TreeBuilder {
  const trees: SecretNode[] = [];
  const stack: Open[] = [];
  const taken: SecretBytes[] = [];

  function take(bytes: Uint8Array): SecretBytes {
    const secret = SecretBytes.take(bytes);
    taken.push(secret);
    return secret;
  }

  function place(node: SecretNode | SecretComment): void {
    const parent = stack.at(-1);
    if (parent === undefined) {
      if (node.kind !== 'comment') trees.push(node);
    } else if (parent.node.kind === 'map' && node.kind !== 'comment') {
      parent.children.push({ kind: 'entry', key: parent.key, value: node });
    } else {
      parent.children.push(node);
    }
  }

  function open(kind: 'map' | 'list'): void {
    const children: never[] = [];
    const node: SecretNode =
      kind === 'map' ? { kind, entries: children } : { kind, items: children };
    place(node);
    stack.push({ node, children, key: '' });
  }

  return {
    trees,
    add(part): void {
      const parent = stack.at(-1);
      if (part.part === 'map' || part.part === 'list') open(part.part);
      else if (part.part === 'end') stack.pop();
      else if (part.part === 'key' && parent !== undefined) parent.key = part.key;
      else if (part.part !== 'key') place(leafOf(part, take));
    },
    wipe(): void {
      for (const bytes of taken) bytes.wipe();
    },
  };
}

type LeafPart = Exclude<TreePart, { readonly part: 'map' | 'list' | 'end' | 'null' | 'key' }>;

function leafOf(
  part: LeafPart | { readonly part: 'map' | 'list' | 'null' | 'end' },
  take: (bytes: Uint8Array) => SecretBytes,
): SecretValue | SecretComment | SecretNode {
  if (part.part === 'value') return { kind: 'value', type: part.type, bytes: take(part.bytes) };
  if (part.part === 'comment') {
    return { kind: 'comment', bytes: take(part.bytes), inline: part.inline };
  }
  return { kind: 'null' };
}
