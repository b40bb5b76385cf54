import type { Plain } from '../format/plain.ts';

/** Where something stands in the text of the template, in characters from its start. */
export type Offset = number;

/** A template in the shape in which it is rendered. */
export type TemplateNode =
  | { readonly kind: 'text'; readonly bytes: Uint8Array }
  | { readonly kind: 'output'; readonly pipeline: Pipeline }
  | BlockNode
  | { readonly kind: 'break' | 'continue'; readonly at: Offset };

export interface BlockNode {
  readonly kind: 'if' | 'with' | 'range';
  readonly pipeline: Pipeline;
  readonly body: readonly TemplateNode[];
  readonly otherwise: readonly TemplateNode[];
}

/** Commands, each of which gets the value of the one before it as its last argument. */
export interface Pipeline {
  readonly at: Offset;
  /** Slots of the variables that get the value; for `range` also two of them, key and value. */
  readonly targets: readonly number[];
  readonly commands: readonly Command[];
}

export type Command =
  | { readonly kind: 'value'; readonly at: Offset; readonly operand: Operand }
  | {
      readonly kind: 'call';
      readonly at: Offset;
      readonly name: string;
      readonly operands: readonly Operand[];
    };

export interface Operand {
  readonly at: Offset;
  readonly start: OperandStart;
  /** The names behind it: `.Data.key` are two. */
  readonly fields: readonly string[];
}

export type OperandStart =
  | { readonly kind: 'literal'; readonly value: Plain }
  | { readonly kind: 'dot' }
  | { readonly kind: 'variable'; readonly name: string; readonly slot: number }
  | { readonly kind: 'pipeline'; readonly pipeline: Pipeline }
  /** What was read; see `TemplateRead.text`. */
  | { readonly kind: 'secret'; readonly text: string };
