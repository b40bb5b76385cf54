import type { FileFormat } from '#core/ports/decryptor.ts';
import type { TreePart } from '#core/secret/tree-parts.ts';
import type { SopsMetadata } from '#core/sops/metadata/metadata.ts';

/** What is said to a worker: a file to parse, then its key, then a wish for more of the tree. */
export type Ask =
  | {
      readonly ask: 'open';
      readonly path: string;
      readonly format: FileFormat;
      readonly bytes: Uint8Array;
    }
  | { readonly ask: 'key'; readonly dataKey: Uint8Array }
  | { readonly ask: 'more' };

/** What a worker answers. */
export type Answer =
  | { readonly answer: 'plain' }
  | { readonly answer: 'parsed'; readonly metadata: SopsMetadata }
  | { readonly answer: 'parts'; readonly parts: readonly TreePart[]; readonly isLast: boolean }
  | {
      readonly answer: 'failed';
      readonly code: string;
      readonly params: Readonly<Record<string, string | number>>;
    };

/** Pieces of a tree in one message: few enough to take no noticeable time on the event loop. */
export const partsPerAnswer = 1_000;
