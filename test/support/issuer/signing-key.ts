import { generateKeyPairSync, sign, type JsonWebKey, type KeyObject } from 'node:crypto';

/** A key of a test issuer. */
export interface SigningKey {
  readonly kid: string;
  readonly alg: string;
  /** As the issuer publishes it. */
  readonly jwk: JsonWebKey & { readonly kid: string; readonly alg: string; readonly use: string };
  readonly privateKey: KeyObject;
}

const curves: Readonly<Record<string, string>> = { ES256: 'P-256', ES384: 'P-384', ES512: 'P-521' };

/** RSA of 2048 bits unless told otherwise, or the curve of the algorithm. */
export function createSigningKey(kid: string, alg = 'RS256', modulusLength = 2048): SigningKey {
  const { publicKey, privateKey } = makePair(alg, modulusLength);
  const jwk = { ...publicKey.export({ format: 'jwk' }), kid, alg, use: 'sig' };
  return { kid, alg, jwk, privateKey };
}

function makePair(
  alg: string,
  modulusLength: number,
): { readonly publicKey: KeyObject; readonly privateKey: KeyObject } {
  const namedCurve = curves[alg];
  if (namedCurve !== undefined) return generateKeyPairSync('ec', { namedCurve });
  if (alg === 'EdDSA') return generateKeyPairSync('ed25519');
  return generateKeyPairSync('rsa', { modulusLength });
}

export interface TokenParts {
  readonly claims: object;
  /** Members beside `alg`, `kid` and `typ`, or instead of them; undefined leaves one out. */
  readonly header?: Readonly<Record<string, unknown>>;
}

/** A JWT in the compact serialisation. */
export function signToken(key: SigningKey, { claims, header = {} }: TokenParts): string {
  const head = { alg: key.alg, kid: key.kid, typ: 'JWT', ...header };
  return signTexts(key, [JSON.stringify(head), JSON.stringify(claims)]);
}

/** The same of JSON that is given as text, so that it may be any. */
export function signTexts(
  key: SigningKey,
  texts: readonly [header: string, payload: string],
): string {
  const signed = texts.map((text) => Buffer.from(text).toString('base64url')).join('.');
  return `${signed}.${signBytes(key, signed).toString('base64url')}`;
}

function signBytes({ alg, privateKey: key }: SigningKey, signed: string): Buffer {
  if (alg === 'EdDSA') return sign(null, Buffer.from(signed), key);
  const digest = `sha${alg.slice(2)}`;
  return sign(digest, Buffer.from(signed), { key, dsaEncoding: 'ieee-p1363' });
}

const orderOfP256 = BigInt('0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551');

/** The other of the two signatures that ES256 accepts for the same content: anybody can make it. */
export function flipSignature(token: string): string {
  const [head = '', body = '', signature = ''] = token.split('.');
  const bytes = Buffer.from(signature, 'base64url');
  const s = BigInt(`0x${bytes.subarray(32).toString('hex')}`);
  const flipped = (orderOfP256 - s).toString(16).padStart(64, '0');
  const whole = Buffer.concat([bytes.subarray(0, 32), Buffer.from(flipped, 'hex')]);
  return `${head}.${body}.${whole.toString('base64url')}`;
}
