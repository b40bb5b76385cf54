import type { ValueType } from '#core/secret/tree.ts';
import type { EncryptedType } from '../encrypted-value.ts';
import { canonicalDecimal, formatGoFloat, parseGoFloat } from '../scalar/go-number.ts';
import { canonicalTime } from '../scalar/go-time.ts';

const truths = new Set(['1', 't', 'T', 'TRUE', 'true', 'True']);
const falsehoods = new Set(['0', 'f', 'F', 'FALSE', 'false', 'False']);

/**
 * The canonical bytes of a decrypted value: text and bytes as they are, the other types in the form of the tree.
 * Null when the plaintext is not of its type. The given bytes are wiped when others take their place.
 */
export function canonicalPlaintext(
  type: Exclude<EncryptedType, 'comment'>,
  plaintext: Uint8Array,
): Uint8Array | null {
  if (type === 'str' || type === 'bytes') return plaintext;
  const text = canonicalText(type, new TextDecoder().decode(plaintext));
  plaintext.fill(0);
  return text === null ? null : new TextEncoder().encode(text);
}

function canonicalText(type: Exclude<ValueType, 'str' | 'bytes'>, text: string): string | null {
  switch (type) {
    case 'int':
      return canonicalDecimal(text);
    case 'float': {
      const value = parseGoFloat(text);
      return value === null ? null : formatGoFloat(value);
    }
    case 'bool':
      if (truths.has(text)) return 'true';
      return falsehoods.has(text) ? 'false' : null;
    case 'time':
      return canonicalTime(text);
  }
}
