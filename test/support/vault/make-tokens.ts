import { generateKeyPairSync, sign, type KeyObject } from 'node:crypto';
import { SecretBytes } from '#core/secret/secret-bytes.ts';

/** An issuer of identity tokens, as a cluster is one. */
export interface TokenMaker {
  readonly publicKeyPem: string;
  /** A token of a service account, valid for ten minutes. */
  make(claims?: Readonly<Record<string, unknown>>): SecretBytes;
}

export const defaultClaims = {
  iss: 'https://cluster.test',
  aud: ['https://vault.test'],
  sub: 'system:serviceaccount:shop:web',
} as const;

export function createTokenMaker(): TokenMaker {
  const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  return {
    publicKeyPem: publicKey.export({ type: 'spki', format: 'pem' }).toString(),
    make: (claims = {}) => {
      const now = Math.floor(Date.now() / 1000);
      const times = { iat: now, nbf: now, exp: now + 600 };
      return SecretBytes.take(
        Buffer.from(signToken(privateKey, { ...defaultClaims, ...times, ...claims })),
      );
    },
  };
}

function signToken(key: KeyObject, claims: object): string {
  const parts = [{ alg: 'ES256', typ: 'JWT' }, claims];
  const text = parts
    .map((part) => Buffer.from(JSON.stringify(part)).toString('base64url'))
    .join('.');
  const signature = sign('sha256', Buffer.from(text), { key, dsaEncoding: 'ieee-p1363' });
  return `${text}.${signature.toString('base64url')}`;
}
