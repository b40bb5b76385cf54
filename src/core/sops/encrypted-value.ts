/** The parts of an encrypted value, each still base64. */
export interface EncryptedValue {
  readonly data: string;
  readonly iv: string;
  readonly tag: string;
  readonly type: EncryptedType;
}

const types = ['str', 'int', 'float', 'bool', 'bytes', 'time', 'comment'] as const;

/** What SOPS says a value was before it was encrypted. It is covered by neither the tag nor the MAC. */
export type EncryptedType = (typeof types)[number];

const opening = 'ENC[AES256_GCM,data:';

/**
 * Takes the text of an encrypted value apart; null when it is none. Stricter than SOPS, which tolerates text
 * after the closing bracket: nothing but the value itself is accepted.
 */
export function parseEncryptedValue(text: string): EncryptedValue | null {
  if (!text.startsWith(opening) || !text.endsWith(']')) return null;
  const parts = text.slice(opening.length, -1).split(',');
  const [data = '', iv = '', tag = '', type = ''] = parts;
  if (parts.length !== 4 || data === '') return null;
  if (!iv.startsWith('iv:') || !tag.startsWith('tag:') || !type.startsWith('type:')) return null;
  const known = types.find((name) => name === type.slice(5));
  return known === undefined ? null : { data, iv: iv.slice(3), tag: tag.slice(4), type: known };
}

/** Writes an encrypted value as SOPS does. */
export function renderEncryptedValue(value: EncryptedValue): string {
  return `${opening}${value.data},iv:${value.iv},tag:${value.tag},type:${value.type}]`;
}
