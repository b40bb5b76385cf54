import type { SecretMap, SecretNode } from '../secret/secret-tree.ts';
import { encodeText } from './utf8.ts';

/**
 * A value on its way into a file. Texts and numbers are bytes, so that they can be wiped; maps are real maps, so that
 * no key reaches a prototype. The bytes belong to whoever made the value.
 */
export type Plain = PlainText | PlainNumber | PlainBool | PlainNil | PlainList | PlainMap;

export interface PlainText {
  readonly kind: 'text';
  /** Of any content: not always UTF-8. */
  readonly bytes: Uint8Array;
}

export interface PlainNumber {
  readonly kind: 'number';
  /** The number as it was written; nothing is rounded. */
  readonly bytes: Uint8Array;
  /** It came out of a document, where Vault's programs take it for its text. */
  readonly isStored: boolean;
}

export interface PlainBool {
  readonly kind: 'bool';
  readonly value: boolean;
}

export interface PlainNil {
  readonly kind: 'nil';
  /** What has no value, for messages. */
  readonly name: string;
}

export interface PlainList {
  readonly kind: 'list';
  readonly items: readonly Plain[];
}

export interface PlainMap {
  readonly kind: 'map';
  /** In the order of the document. */
  readonly entries: ReadonlyMap<string, Plain>;
}

/** `true` begins with it, `false` does not. */
const letterT = 0x74;

/** The value of a document, without its comments. It shares the document's bytes: wipe that one alone. */
export function toPlain(node: SecretNode, name: string): Plain {
  switch (node.kind) {
    case 'map':
      return toPlainMap(node);
    case 'list': {
      const items = node.items.filter((item) => item.kind !== 'comment');
      return { kind: 'list', items: items.map((item) => toPlain(item, name)) };
    }
    case 'null':
      return { kind: 'nil', name };
    case 'value': {
      const bytes = node.bytes.expose();
      if (node.type === 'bool') return { kind: 'bool', value: bytes[0] === letterT };
      if (node.type !== 'int' && node.type !== 'float') return { kind: 'text', bytes };
      return { kind: 'number', bytes, isStored: true };
    }
  }
}

export function toPlainMap(map: SecretMap): PlainMap {
  const entries = new Map<string, Plain>();
  for (const entry of map.entries) {
    if (entry.kind === 'entry') entries.set(entry.key, toPlain(entry.value, entry.key));
  }
  return { kind: 'map', entries };
}

/** A number that templates and documents write alike. */
export function plainNumber(value: number): PlainNumber {
  return { kind: 'number', bytes: encodeText(String(value)), isStored: false };
}
