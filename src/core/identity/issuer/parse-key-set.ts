import { isRecord } from '../../text/read-field.ts';
import type { Claims } from '../identity.ts';
import { parseStrictJson } from '../token/parse-strict-json.ts';

/** A public key (RFC 7517), with the members alone that verifying needs. */
export interface TokenKey {
  readonly kty: string;
  readonly kid?: string;
  readonly alg?: string;
  readonly n?: string;
  readonly e?: string;
  readonly crv?: string;
  readonly x?: string;
  readonly y?: string;
}

export type ParsedKeySet =
  | { readonly kind: 'valid'; readonly keys: readonly TokenKey[] }
  /** The problem in words that follow "the keys"; it quotes nothing. */
  | { readonly kind: 'invalid'; readonly problem: string };

/** Signatures that a public key proves. `none` and `HS…`, whose key is the public one to some, are not among them. */
export const tokenAlgorithms = [
  'RS256',
  'RS384',
  'RS512',
  'PS256',
  'PS384',
  'PS512',
  'ES256',
  'ES384',
  'ES512',
  'EdDSA',
] as const;

/** Keys may name their curve instead: {@link https://www.rfc-editor.org/rfc/rfc9864#section-2.2}. */
const keyAlgorithms: readonly unknown[] = [...tokenAlgorithms, 'Ed25519'];

export const maxKeySetBytes = 100 * 1024;
const maxKeys = 50;
const privateMembers = ['d', 'p', 'q', 'dp', 'dq', 'qi', 'oth', 'k', 'priv'];
const curves = ['P-256', 'P-384', 'P-521', 'Ed25519'];
/** 3, 17 and 65537. With 1 everybody signs, and with others nobody does. */
const exponents = ['Aw', 'EQ', 'AQAB'];
const base64url = /^[A-Za-z0-9_-]{1,2048}$/u;

/**
 * Reads a JSON Web Key Set. One that holds a private or a symmetric key is refused whole: whoever publishes it has other
 * troubles than ours. Keys that are too weak, for other things than signatures, or of a kind that is not known are left
 * out; a set without any other is refused.
 */
export function parseKeySet(bytes: Uint8Array): ParsedKeySet {
  if (bytes.length > maxKeySetBytes) return invalid(`are longer than ${maxKeySetBytes} bytes`);
  const members = parseStrictJson(bytes)?.['keys'];
  if (!Array.isArray(members)) return invalid('are no JSON object with a list of keys');
  if (members.length > maxKeys) return invalid(`are more than ${maxKeys}`);
  const found = members.filter((each) => isRecord(each));
  if (found.some((key) => isSecret(key))) return invalid('are not all public');
  const keys = found.filter((key) => isFit(key)).map((key) => pickMembers(key));
  if (keys.length === 0)
    return invalid('have none that can verify a signature and is strong enough');
  return { kind: 'valid', keys };
}

function isSecret(key: Claims): boolean {
  return key['kty'] === 'oct' || privateMembers.some((name) => name in key);
}

/** Its purpose and its algorithm where it tells them, and its strength. */
function isFit(key: Claims): boolean {
  const { use = 'sig', key_ops: operations = ['verify'], alg = 'RS256' } = key;
  const isForVerifying =
    use === 'sig' && Array.isArray(operations) && operations.includes('verify');
  return isForVerifying && keyAlgorithms.includes(alg) && isStrong(key);
}

function isStrong(key: Claims): boolean {
  switch (key['kty']) {
    case 'RSA':
      return isStrongRsa(key);
    case 'EC':
      return isOnCurve(key, ['x', 'y']);
    case 'OKP':
      return isOnCurve(key, ['x']);
    default:
      return false;
  }
}

function isStrongRsa({ n, e }: Claims): boolean {
  if (!isBase64url(n) || !exponents.some((known) => known === e)) return false;
  const bits = countBits(n);
  return bits >= 2048 && bits <= 8192;
}

/** The points themselves are checked where the key is imported. */
function isOnCurve(key: Claims, coordinates: readonly string[]): boolean {
  return (
    curves.some((known) => known === key['crv']) &&
    coordinates.every((name) => isBase64url(key[name]))
  );
}

function isBase64url(value: unknown): value is string {
  return typeof value === 'string' && base64url.test(value);
}

const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';

/** Of the number that base64url writes: zeroes in front make it no larger. */
function countBits(number: string): number {
  const digits = number.replace(/^A+/u, '');
  const whole = Math.floor((number.length * 6) / 8) * 8;
  const zeroes =
    (number.length - digits.length) * 6 + Math.clz32(alphabet.indexOf(digits[0] ?? 'A')) - 26;
  return whole - zeroes;
}

function pickMembers(key: Claims): TokenKey {
  const picked: Record<string, string> = { kty: '' };
  for (const name of ['kty', 'kid', 'alg', 'n', 'e', 'crv', 'x', 'y']) {
    const value = key[name];
    if (typeof value === 'string') picked[name] = value;
  }
  return picked as Partial<TokenKey> & Pick<TokenKey, 'kty'>;
}

function invalid(problem: string): ParsedKeySet {
  return { kind: 'invalid', problem };
}
