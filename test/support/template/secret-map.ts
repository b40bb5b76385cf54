import { SecretBytes } from '#core/secret/secret-bytes.ts';
import type { SecretMap, SecretNode, SecretValue } from '#core/secret/secret-tree.ts';

/** A document as a store answers it, from JSON; numbers keep their text. */
export function secretMapOf(json: string): SecretMap {
  const node = toNode(
    JSON.parse(json, (_key, value: unknown, context?: { readonly source?: string }) =>
      typeof value === 'number' ? new Numeral(context?.source ?? '') : value,
    ),
  );
  if (node.kind !== 'map') throw new Error('not a map');
  return node;
}

class Numeral {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }
}

function toNode(value: unknown): SecretNode {
  if (value === null) return { kind: 'null' };
  if (typeof value === 'string') return valueOf('str', value);
  if (typeof value === 'boolean') return valueOf('bool', String(value));
  if (value instanceof Numeral) {
    return valueOf(/^-?\d+$/u.test(value.text) ? 'int' : 'float', value.text);
  }
  if (Array.isArray(value)) return { kind: 'list', items: value.map((item) => toNode(item)) };
  return {
    kind: 'map',
    entries: Object.entries(value as Record<string, unknown>).map(([key, item]) => ({
      kind: 'entry' as const,
      key,
      value: toNode(item),
    })),
  };
}

function valueOf(type: SecretValue['type'], text: string): SecretValue {
  return { kind: 'value', type, bytes: SecretBytes.take(new TextEncoder().encode(text)) };
}

/** A map of one value, of bytes that are no text either. */
export function secretMapOfBytes(key: string, bytes: Uint8Array): SecretMap {
  const value: SecretValue = { kind: 'value', type: 'bytes', bytes: SecretBytes.copyOf(bytes) };
  return { kind: 'map', entries: [{ kind: 'entry', key, value }] };
}
