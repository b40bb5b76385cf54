import { createError } from '#core/errors/mayfly-error.ts';
import type { SecretComment, SecretMap, SecretValue } from '#core/secret/secret-tree.ts';
import type { SourceComment, SourceMap, SourceValue } from '#core/secret/source-tree.ts';
import type { EncryptedType } from '../encrypted-value.ts';
import { boolBytes, type Mac } from '../mac.ts';
import type { Selection } from '../selection.ts';
import { mapLeaves, type LeafPlace } from '../walk.ts';
import { moveListComments } from './list-comments.ts';

/** One value to be encrypted: its bytes as the cipher takes them, and the path it is bound to. */
export interface Sealable {
  readonly type: EncryptedType;
  readonly plaintext: Uint8Array;
  readonly additionalData: string;
}

/** Encrypts one value under the data key; answers its `ENC[…]` text. */
export type Seal = (value: Sealable) => string;

export interface SealOptions {
  /** Names the file in messages. */
  readonly path: string;
  readonly selection: Selection;
  readonly mac: Mac;
  readonly seal: Seal;
}

/**
 * Encrypts what the rule selects, in all documents of a file in order, and feeds the MAC. Empty strings stay empty,
 * as SOPS has it. The plaintexts are left to the caller to wipe. Throws `MAYFLY_SOPS_COMMENT_RULE` when the rule
 * would also match a comment that it encrypts.
 */
export function sealDocuments(
  documents: readonly SecretMap[],
  options: SealOptions,
): readonly SourceMap[] {
  const sealed = new Set<SourceComment>();
  function value(leaf: SecretValue, place: LeafPlace): SourceValue {
    return sealValue(leaf, place, options);
  }
  function comment(plain: SecretComment, place: LeafPlace): SourceComment {
    const made = sealComment(plain, place, options);
    if (place.encrypted && made.text !== '') sealed.add(made);
    return made;
  }
  const visitor = {
    value,
    item: value,
    comment,
    commentText: (plain: SecretComment) => textOf(plain.bytes.expose()),
  };
  const { selection } = options;
  const written = documents.map((document) => mapLeaves(document, selection, visitor));
  // As values they would end the scope of a comment rule when the file is read again.
  if (selection.by === 'comments') return written;
  return written.map((document) => moveListComments(document, sealed));
}

function sealValue(leaf: SecretValue, place: LeafPlace, options: SealOptions): SourceValue {
  const bytes = leaf.bytes.expose();
  options.mac.addLeaf(leaf.type, bytes, place.encrypted);
  if (!place.encrypted) return { kind: 'value', type: leaf.type, text: textOf(bytes) };
  const plaintext = leaf.type === 'bool' ? boolBytes(bytes) : bytes;
  return {
    kind: 'value',
    type: 'str',
    text: sealBytes({ type: leaf.type, plaintext }, place, options),
  };
}

function sealComment(
  comment: SecretComment,
  place: LeafPlace,
  options: SealOptions,
): SourceComment {
  const plaintext = comment.bytes.expose();
  const { inline } = comment;
  if (!place.encrypted) return { kind: 'comment', text: textOf(plaintext), inline };
  const text = sealBytes({ type: 'comment', plaintext }, place, options);
  const { selection, path } = options;
  // Such a comment would switch the rule when the file is read again, and what follows it could not be opened.
  if (selection.by === 'comments' && !selection.encryptsOnHit && selection.matches(text)) {
    throw createError('MAYFLY_SOPS_COMMENT_RULE', { path });
  }
  return { kind: 'comment', text, inline };
}

function sealBytes(
  leaf: Omit<Sealable, 'additionalData'>,
  place: LeafPlace,
  options: SealOptions,
): string {
  const isEmpty = leaf.plaintext.length === 0;
  return isEmpty ? '' : options.seal({ ...leaf, additionalData: place.additionalData });
}

function textOf(bytes: Uint8Array): string {
  return new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytes);
}
