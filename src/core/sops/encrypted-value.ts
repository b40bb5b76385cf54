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

const pattern = /^ENC\[AES256_GCM,data:([^,]+),iv:([^,]+),tag:([^,]+),type:([a-z]+)\]$/u;

/**
 * Takes the text of an encrypted value apart; null when it is none. Stricter than SOPS, which tolerates text
 * after the closing bracket: nothing but the value itself is accepted.
 */
export function parseEncryptedValue(text: string): EncryptedValue | null {
  const match = pattern.exec(text);
  if (match === null) return null;
  const [, data = '', iv = '', tag = '', name = ''] = match;
  const type = types.find((known) => known === name);
  return type === undefined ? null : { data, iv, tag, type };
}

/** Writes an encrypted value as SOPS does. */
export function renderEncryptedValue(value: EncryptedValue): string {
  return `ENC[AES256_GCM,data:${value.data},iv:${value.iv},tag:${value.tag},type:${value.type}]`;
}
