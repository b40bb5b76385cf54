import type {
  SecretComment,
  SecretMap,
  SecretNode,
  SecretValue,
} from '#core/secret/secret-tree.ts';
import type {
  SourceComment,
  SourceMap,
  SourceNode,
  SourceValue,
} from '#core/secret/source-tree.ts';

/**
 * A decrypted document as text, for writing it out. The texts are strings and cannot be wiped: only a command
 * that prints a file for a person may ask for this. Bytes that are no UTF-8 become a `bytes` value in base64.
 */
export function toReadableTree(map: SecretMap): SourceMap {
  return {
    kind: 'map',
    entries: map.entries.map((entry) =>
      entry.kind === 'comment'
        ? readableComment(entry)
        : { kind: 'entry', key: entry.key, value: readableNode(entry.value) },
    ),
  };
}

function readableNode(node: SecretNode): SourceNode {
  switch (node.kind) {
    case 'map':
      return toReadableTree(node);
    case 'list': {
      const items = node.items.map((item) =>
        item.kind === 'comment' ? readableComment(item) : readableNode(item),
      );
      return { kind: 'list', items };
    }
    case 'null':
      return node;
    case 'value':
      return readableValue(node);
  }
}

function readableValue(value: SecretValue): SourceValue {
  const bytes = value.bytes.expose();
  const text = decode(bytes);
  if (text === null) return { kind: 'value', type: 'bytes', text: toBase64(bytes) };
  return { kind: 'value', type: value.type === 'bytes' ? 'str' : value.type, text };
}

function readableComment(comment: SecretComment): SourceComment {
  const text = new TextDecoder('utf-8', { ignoreBOM: true }).decode(comment.bytes.expose());
  return { kind: 'comment', text, inline: comment.inline };
}

function decode(bytes: Uint8Array): string | null {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return null;
  }
}

function toBase64(bytes: Uint8Array): string {
  return btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join(''));
}
