import type {
  SecretComment,
  SecretMap,
  SecretNode,
  SecretValue,
} from '#core/secret/secret-tree.ts';
import type { SourceComment, SourceMap, SourceValue } from '#core/secret/source-tree.ts';
import { parseEncryptedValue, type EncryptedType } from '../encrypted-value.ts';
import { boolBytes } from '../mac.ts';
import type { Selection } from '../selection.ts';
import { mapLeaves, type LeafPlace } from '../walk.ts';
import type { Seal, Sealable } from './seal-documents.ts';

/** The state of a file before it is written again. */
export interface PreviousFile {
  readonly source: readonly SourceMap[];
  /** The same documents decrypted. */
  readonly plain: readonly SecretMap[];
  readonly selection: Selection;
}

/** Names a value without holding it: equal exactly when type, plaintext and path are. */
export type NameSealable = (value: Sealable) => string;

/**
 * Wraps a seal so that a value which stood at the same path before keeps its ciphertext: a file written again
 * differs only where its content does. Each old ciphertext is used once.
 */
export function keepSealed(previous: PreviousFile, name: NameSealable, seal: Seal): Seal {
  const stash = new Map<string, string[]>();
  previous.source.forEach((document, index) => {
    const leaves = leavesOf(previous.plain[index] ?? { kind: 'null' });
    collect(document, previous.selection, (text, place) => {
      const leaf = leaves.next().value;
      if (leaf === undefined || !place.encrypted || parseEncryptedValue(text) === null) return;
      const key = name({ ...sealableOf(leaf), additionalData: place.additionalData });
      const known = stash.get(key);
      if (known === undefined) stash.set(key, [text]);
      else known.push(text);
    });
  });
  return (value) => stash.get(name(value))?.shift() ?? seal(value);
}

/** Calls back for every leaf and comment in the order of the document. */
function collect(
  document: SourceMap,
  selection: Selection,
  see: (text: string, place: LeafPlace) => void,
): void {
  function value(leaf: SourceValue, place: LeafPlace): SourceValue {
    see(leaf.text, place);
    return leaf;
  }
  mapLeaves<SourceValue, SourceComment, SourceValue, SourceComment>(document, selection, {
    value,
    item: value,
    comment: (comment, place) => {
      see(comment.text, place);
      return comment;
    },
    commentText: (comment) => comment.text,
  });
}

function* leavesOf(
  node: SecretNode | SecretComment,
): Generator<SecretValue | SecretComment, undefined> {
  switch (node.kind) {
    case 'map':
      for (const entry of node.entries) {
        yield* leavesOf(entry.kind === 'entry' ? entry.value : entry);
      }
      return;
    case 'list':
      for (const item of node.items) yield* leavesOf(item);
      return;
    case 'null':
      return;
    default:
      yield node;
  }
}

function sealableOf(leaf: SecretValue | SecretComment): {
  readonly type: EncryptedType;
  readonly plaintext: Uint8Array;
} {
  const plaintext = leaf.bytes.expose();
  if (leaf.kind === 'comment') return { type: 'comment', plaintext };
  return { type: leaf.type, plaintext: leaf.type === 'bool' ? boolBytes(plaintext) : plaintext };
}
