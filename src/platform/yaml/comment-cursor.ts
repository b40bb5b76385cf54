import type { SourceComment } from '#core/secret/source-tree.ts';
import { Lexer } from 'yaml';

/** A comment of a YAML text and where it stands. */
interface PlacedComment {
  readonly offset: number;
  readonly line: number;
  readonly column: number;
  readonly text: string;
  /** True when it is alone on its line. */
  readonly isOwnLine: boolean;
}

const scalarMark = '\u001f';
const markers = new Set(['\u0002', '\u0018', scalarMark]);

/**
 * Hands out the comments of a text in order, to the collection they stand in: a comment on its own line belongs to
 * the innermost collection that does not start to the right of it.
 */
export class CommentCursor {
  readonly #starts: readonly number[];
  readonly #comments: readonly PlacedComment[];
  #next = 0;

  constructor(text: string) {
    this.#starts = lineStarts(text);
    this.#comments = findComments(text, this.#starts);
  }

  columnOf(offset: number): number {
    return offset - (this.#starts[lineOf(this.#starts, offset)] ?? 0);
  }

  /** The comments before `offset`, up to the first that stands left of `column`. */
  takeBefore(offset: number, column: number): SourceComment[] {
    const taken: SourceComment[] = [];
    for (
      let comment = this.#comments[this.#next];
      comment !== undefined && comment.offset < offset && comment.column >= column;
      comment = this.#comments[this.#next]
    ) {
      taken.push({ kind: 'comment', text: comment.text, inline: false });
      this.#next += 1;
    }
    return taken;
  }

  /** The comment behind what ends at `offset`, on the same line. */
  takeBehind(offset: number, inline: boolean): SourceComment[] {
    const comment = this.#comments[this.#next];
    if (comment === undefined || comment.isOwnLine) return [];
    if (comment.line !== lineOf(this.#starts, offset)) return [];
    this.#next += 1;
    return [{ kind: 'comment', text: comment.text, inline }];
  }
}

/** Finds comments by the tokens of the text, so that a `#` inside of a scalar is none. */
function findComments(text: string, starts: readonly number[]): readonly PlacedComment[] {
  const comments: PlacedComment[] = [];
  let offset = 0;
  let isScalar = false;
  for (const token of new Lexer().lex(text)) {
    if (markers.has(token)) {
      isScalar = token === scalarMark;
    } else {
      if (!isScalar && token.startsWith('#')) comments.push(placeComment(text, starts, offset));
      offset += token.length;
      isScalar = false;
    }
  }
  return comments;
}

function placeComment(text: string, starts: readonly number[], offset: number): PlacedComment {
  const line = lineOf(starts, offset);
  const start = starts[line] ?? 0;
  const end = text.indexOf('\n', offset);
  const body = text.slice(offset + 1, end === -1 ? undefined : end).replace(/\r$/u, '');
  const isOwnLine = text.slice(start, offset).trim() === '';
  return { offset, line, column: offset - start, text: body, isOwnLine };
}

function lineStarts(text: string): readonly number[] {
  const starts = [0];
  for (let at = text.indexOf('\n'); at !== -1; at = text.indexOf('\n', at + 1)) starts.push(at + 1);
  return starts;
}

function lineOf(starts: readonly number[], offset: number): number {
  let low = 0;
  let high = starts.length - 1;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if ((starts[middle] ?? 0) <= offset) low = middle;
    else high = middle - 1;
  }
  return low;
}
