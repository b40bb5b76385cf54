import { randomUUID } from 'node:crypto';

/** Something of the shape of an identity token, different each time. Nobody has signed it. */
export function makeFakeToken(audience: string, claims: Readonly<Record<string, unknown>> = {}) {
  const payload = { aud: audience, jti: randomUUID(), ...claims };
  const parts = [{ alg: 'RS256', kid: 'fake' }, payload].map((part) =>
    Buffer.from(JSON.stringify(part)).toString('base64url'),
  );
  return [...parts, Buffer.from('signature of nobody').toString('base64url')].join('.');
}

/** The claims of a token, whoever made it. */
export function readClaims(token: string): Readonly<Record<string, unknown>> {
  const claims: unknown = JSON.parse(
    Buffer.from(token.split('.')[1] ?? '', 'base64url').toString(),
  );
  return typeof claims === 'object' && claims !== null ? { ...claims } : {};
}
