import type { TreeEntry, TreeList, TreeMap, TreeNode } from '#core/secret/tree.ts';
import type { Selection } from './selection.ts';

/** Where a leaf or a comment stands. List positions are no part of a path. */
export interface LeafPlace {
  /** The map keys from the root. */
  readonly path: readonly string[];
  /** The path as the cipher authenticates it: every key followed by `:`, and a lone `:` at the root. */
  readonly additionalData: string;
  /** Whether the rule encrypts this leaf. */
  readonly encrypted: boolean;
}

interface LeafShape {
  readonly kind: 'value';
}

interface CommentShape {
  readonly kind: 'comment';
}

/** What to make of each leaf and comment; called in document order, which is the order of the MAC. */
export interface LeafVisitor<V, C, V2, C2> {
  value(leaf: V, place: LeafPlace): V2;
  /** A value of a list, which may turn out to be a comment: SOPS writes encrypted comments there as values. */
  item(leaf: V, place: LeafPlace): V2 | C2;
  comment(comment: C, place: LeafPlace): C2;
  /** The text a comment rule looks at: as the comment stands in the tree that is walked. */
  commentText(comment: C): string;
}

/**
 * Walks a document in the order SOPS does, depth first, and returns it with every leaf and comment replaced.
 * Null values are kept and never visited. Reading a file and encrypting one are both this walk.
 *
 * The path that a visitor sees is reused: it must not be kept.
 */
export function mapLeaves<
  V extends LeafShape,
  C extends CommentShape,
  V2 extends LeafShape,
  C2 extends CommentShape,
>(root: TreeMap<V, C>, selection: Selection, visitor: LeafVisitor<V, C, V2, C2>): TreeMap<V2, C2> {
  return new Walk(selection, visitor).map(root, {
    additionalData: '',
    keyHit: false,
    commentHit: false,
  });
}

/** What a subtree inherits from above. */
interface Scope {
  readonly additionalData: string;
  readonly keyHit: boolean;
  readonly commentHit: boolean;
}

/** The comments in force on one level: those since its last entry or item. */
interface Comments {
  hit: boolean;
}

class Walk<
  V extends LeafShape,
  C extends CommentShape,
  V2 extends LeafShape,
  C2 extends CommentShape,
> {
  readonly #selection: Selection;
  readonly #visitor: LeafVisitor<V, C, V2, C2>;
  readonly #path: string[] = [];

  constructor(selection: Selection, visitor: LeafVisitor<V, C, V2, C2>) {
    this.#selection = selection;
    this.#visitor = visitor;
  }

  map(map: TreeMap<V, C>, scope: Scope): TreeMap<V2, C2> {
    const comments: Comments = { hit: false };
    const entries: (TreeEntry<V2, C2> | C2)[] = [];
    for (const entry of map.entries) {
      if (entry.kind === 'comment') {
        entries.push(this.#comment(entry, scope, comments));
      } else {
        entries.push(this.#entry(entry, scope, comments));
        comments.hit = false;
      }
    }
    return { kind: 'map', entries };
  }

  #entry(entry: TreeEntry<V, C>, scope: Scope, comments: Comments): TreeEntry<V2, C2> {
    const { key } = entry;
    const inner: Scope = {
      additionalData: `${scope.additionalData}${key}:`,
      keyHit: scope.keyHit || (this.#selection.by === 'keys' && this.#selection.matches(key)),
      commentHit: scope.commentHit || comments.hit,
    };
    this.#path.push(key);
    const value = this.#node(entry.value, inner);
    this.#path.pop();
    return { kind: 'entry', key, value };
  }

  #list(list: TreeList<V, C>, scope: Scope): TreeList<V2, C2> {
    const comments: Comments = { hit: false };
    const items: (TreeNode<V2, C2> | C2)[] = [];
    for (const item of list.items) {
      if (item.kind === 'comment') {
        items.push(this.#comment(item, scope, comments));
      } else {
        items.push(this.#item(item, { ...scope, commentHit: scope.commentHit || comments.hit }));
        comments.hit = false;
      }
    }
    return { kind: 'list', items };
  }

  #item(item: TreeNode<V, C>, scope: Scope): TreeNode<V2, C2> | C2 {
    if (item.kind !== 'value') return this.#node(item, scope);
    return this.#visitor.item(item, this.#place(scope));
  }

  #node(node: TreeNode<V, C>, scope: Scope): TreeNode<V2, C2> {
    switch (node.kind) {
      case 'map':
        return this.map(node, scope);
      case 'list':
        return this.#list(node, scope);
      case 'null':
        return node;
      case 'value':
        return this.#visitor.value(node, this.#place(scope));
    }
  }

  /** A comment that starts the encryption of what follows stays readable, or it could not be found again. */
  #comment(comment: C, scope: Scope, comments: Comments): C2 {
    const before = scope.commentHit || comments.hit;
    if (this.#selection.by === 'comments' && !comments.hit) {
      comments.hit = this.#selection.matches(this.#visitor.commentText(comment));
    }
    const commentHit = this.#selection.encryptsOnHit ? before : scope.commentHit || comments.hit;
    return this.#visitor.comment(comment, this.#place({ ...scope, commentHit }));
  }

  #place(scope: Scope): LeafPlace {
    const hit = scope.keyHit || scope.commentHit;
    return {
      path: this.#path,
      additionalData: scope.additionalData === '' ? ':' : scope.additionalData,
      encrypted: hit === this.#selection.encryptsOnHit,
    };
  }
}
