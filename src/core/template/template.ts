import type { StoredSecret } from '../ports/secret-store.ts';
import type { SecretNode } from '../secret/secret-tree.ts';
import type { TemplateNode } from './syntax.ts';

/** A template as somebody wrote it. */
export interface TemplateSource {
  /** How messages call it, such as the NAME of the annotation `template.NAME`. */
  readonly name: string;
  readonly text: string;
  /** What stands around actions; `{{` and `}}` unless said otherwise. */
  readonly delimiters?: { readonly left: string; readonly right: string };
}

/** One `secret "…"` of a template. */
export interface TemplateRead {
  /** As it is written between the quotes: the key of {@link TemplateInput.secrets}. */
  readonly text: string;
  /** As references name it, where the text is a full reference `store:path`; null for the store of the plan. */
  readonly store: string | null;
  /** As the store spells it, such as `secret/data/shop/db`. */
  readonly path: string;
  /** From `?version=3` or `@3`; null for the latest. */
  readonly version: string | null;
}

/** A template that was read without a fault. It holds no secret and may be rendered many times. */
export interface Template {
  readonly name: string;
  readonly text: string;
  readonly nodes: readonly TemplateNode[];
  /** Everything it will ever read, each text once and in order, known before anything is rendered. */
  readonly reads: readonly TemplateRead[];
}

/** What a template is rendered with. The caller wipes it afterwards. */
export interface TemplateInput {
  /** What `.` and `$` are at the top: the fields of the file's own reference; null where there is none. */
  readonly root: SecretNode | null;
  /** What was read, by {@link TemplateRead.text}. One with a version shows as Vault's KV 2: `.Data.data`. */
  readonly secrets: ReadonlyMap<string, Pick<StoredSecret, 'fields' | 'version' | 'lease'>>;
}

/** What any template may cost at most. */
export const templateLimits = {
  /** Characters of the template. */
  length: 65_536,
  /** Blocks, parentheses and documents within each other. */
  depth: 100,
  /** Nodes that are rendered, those of loops each time. */
  steps: 100_000,
  /** Bytes of everything that functions make on the way. */
  workBytes: 16_777_216,
  /** Bytes of the rendered file. */
  outputBytes: 1_048_576,
} as const;
