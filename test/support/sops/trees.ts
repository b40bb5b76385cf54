import { SecretBytes } from '#core/secret/secret-bytes.ts';
import type {
  SecretComment,
  SecretMap,
  SecretNode,
  SecretValue,
} from '#core/secret/secret-tree.ts';
import type { ValueType } from '#core/secret/tree.ts';

/** Plaintext trees for tests: `map({a: text('x')})`. */
export function map(entries: Readonly<Record<string, SecretNode | SecretComment>>): SecretMap {
  return {
    kind: 'map',
    entries: Object.entries(entries).map(([key, value]) =>
      value.kind === 'comment' ? value : { kind: 'entry', key, value },
    ),
  };
}

export function list(...items: (SecretNode | SecretComment)[]): SecretNode {
  return { kind: 'list', items };
}

export function text(value: string, type: ValueType = 'str'): SecretValue {
  return { kind: 'value', type, bytes: SecretBytes.take(Buffer.from(value)) };
}

export function comment(value: string, inline = false): SecretComment {
  return { kind: 'comment', bytes: SecretBytes.take(Buffer.from(value)), inline };
}
