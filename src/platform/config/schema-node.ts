import type { Leaf } from './parse-leaf.ts';

/** One node of the configuration schema, told apart by its shape. */
export type SchemaNode =
  | { readonly kind: 'leaf'; readonly leaf: Leaf }
  | {
      readonly kind: 'section';
      readonly fields: Readonly<Record<string, object>>;
      readonly required: readonly string[];
    }
  | { readonly kind: 'list'; readonly items: object }
  | { readonly kind: 'map'; readonly keyPattern: string; readonly values: object };

/** What any node may say beside its shape. */
export interface NodeNotes {
  readonly description?: string;
  readonly default?: string;
}

interface RawNode extends NodeNotes {
  readonly setting?: string;
  readonly properties?: Readonly<Record<string, object>>;
  readonly required?: readonly string[];
  readonly items?: object;
  readonly patternProperties?: Readonly<Record<string, object>>;
}

/** Reads a node of our own schema: it is written in `schema.ts`, so its shape is known. */
export function readNode(schema: object): SchemaNode {
  const raw: RawNode = schema;
  if (raw.setting !== undefined) return { kind: 'leaf', leaf: schema as Leaf };
  if (raw.items !== undefined) return { kind: 'list', items: raw.items };
  const [pattern] = Object.entries(raw.patternProperties ?? {});
  if (pattern !== undefined) return { kind: 'map', keyPattern: pattern[0], values: pattern[1] };
  return { kind: 'section', fields: raw.properties ?? {}, required: raw.required ?? [] };
}

export function readNotes(schema: object): NodeNotes {
  return schema;
}
