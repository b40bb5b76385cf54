import { SecretBytes } from '#core/secret/secret-bytes.ts';
import type { SecretComment, SecretMap, SecretValue } from '#core/secret/secret-tree.ts';
import type { SourceComment, SourceMap, SourceValue } from '#core/secret/source-tree.ts';
import { mapLeaves } from '../walk.ts';

const everything = { by: 'keys', encryptsOnHit: true, matches: () => true } as const;

/** A parsed plain file as plaintext: every value and comment becomes secret. */
export function wrapLeaves(document: SourceMap): SecretMap {
  return mapLeaves<SourceValue, SourceComment, SecretValue, SecretComment>(document, everything, {
    value: wrapValue,
    item: wrapValue,
    comment: ({ text, inline }) => ({ kind: 'comment', bytes: bytesOf(text), inline }),
    commentText: (comment) => comment.text,
  });
}

function wrapValue({ type, text }: SourceValue): SecretValue {
  return { kind: 'value', type, bytes: bytesOf(text) };
}

function bytesOf(text: string): SecretBytes {
  return SecretBytes.take(new TextEncoder().encode(text));
}
