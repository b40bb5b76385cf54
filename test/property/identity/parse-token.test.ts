import { expect, it } from '@jest/globals';
import fc from 'fast-check';
import { isMayflyError } from '#core/errors/mayfly-error.ts';
import { issuerKinds } from '#core/identity/identity.ts';
import { parseIdentity } from '#core/identity/parse-identity.ts';
import { parseStrictJson } from '#core/identity/token/parse-strict-json.ts';
import { parseToken, type ParsedToken } from '#core/identity/token/parse-token.ts';
import { renderReplayKey } from '#core/identity/token/replay-key.ts';
import { plainDigest } from '#platform/crypto/node-digest.ts';
import { makeClaims } from '#test/support/issuer/real-claims.ts';
import { createSigningKey, signTexts, signToken } from '#test/support/issuer/signing-key.ts';

const numRuns = process.env['SLOW'] === '1' ? 20_000 : 500;
const key = createSigningKey('key-1', 'ES256');
const token = signToken(key, { claims: makeClaims('circleci', Date.UTC(2026, 0, 1)) });

/** Null when it is refused, and refused as it should be. */
function parse(text: string): ParsedToken | null {
  try {
    return parseToken(Buffer.from(text));
  } catch (error) {
    if (isMayflyError(error) && error.code === 'MAYFLY_TOKEN_MALFORMED') return null;
    throw error;
  }
}

it('whatever is sent as a token is read or refused', () => {
  const part = fc.oneof(
    fc.base64String(),
    fc.string(),
    fc.json().map((text) => encode(text)),
  );
  const texts = fc.oneof(
    fc.string(),
    fc.array(part, { maxLength: 5 }).map((parts) => parts.join('.')),
  );
  fc.assert(
    fc.property(texts, (text) => {
      parse(text);
    }),
    { numRuns },
  );
});

it('whatever is changed in a token, it is refused, or other bytes are signed, or other bytes are the signature', () => {
  const anywhere = fc.record({
    at: fc.nat({ max: token.length }),
    cut: fc.integer({ min: 0, max: 3 }),
    put: fc.oneof(
      fc.constantFrom('', '=', ' ', '\n', '\0', '.', '-', '_', '+', '/'),
      fc.string({ maxLength: 2 }),
    ),
  });
  fc.assert(
    fc.property(anywhere, ({ at, cut, put }) => {
      const changed = token.slice(0, at) + put + token.slice(at + cut);
      if (changed === token || parse(changed) === null) return;
      expect(bytesOf(changed)).not.toEqual(bytesOf(token));
    }),
    { numRuns: numRuns * 4 },
  );
});

it('every object of JSON is read as JSON.parse does, without prototypes', () => {
  fc.assert(
    fc.property(fc.dictionary(fc.string(), fc.jsonValue()), (value) => {
      const text = JSON.stringify(value);
      expect(JSON.stringify(parseStrictJson(Buffer.from(text)))).toBe(text);
    }),
    { numRuns },
  );
});

it('a member that stands twice is refused wherever it is, however it is spelled', () => {
  const spelled = (name: string): string =>
    `"${Array.from(name, (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`).join('')}"`;
  const member = fc.tuple(fc.stringMatching(/^[a-z_]{1,12}$/u), fc.jsonValue(), fc.jsonValue());
  fc.assert(
    fc.property(member, fc.nat({ max: 4 }), ([name, one, other], depth) => {
      const inner = `{${JSON.stringify(name)}:${JSON.stringify(one)},${spelled(name)}:${JSON.stringify(other)}}`;
      const text = `${'{"a":['.repeat(depth)}${inner}${']}'.repeat(depth)}`;
      expect(parseStrictJson(Buffer.from(text))).toBeNull();
      expect(parse(signTexts(key, ['{"alg":"ES256"}', text]))).toBeNull();
    }),
    { numRuns },
  );
});

it('whatever the claims are, they are of somebody, and their uses can be counted', () => {
  const name = fc.oneof(fc.constantFrom(...Object.keys(makeClaims('github', 0))), fc.string());
  const claims = fc.dictionary(name, fc.jsonValue());
  fc.assert(
    fc.property(claims, fc.constantFrom(...issuerKinds), (found, kind) => {
      const identity = parseIdentity({ kind, name: kind }, found);
      for (const value of identity.attributes.values()) {
        for (const text of [value].flat()) expect(typeof text).toBe('string');
      }
      const parsed = { algorithm: 'ES256', keyId: null, claims: found, signed: 'a.b' };
      expect(renderReplayKey(kind, parsed, plainDigest).startsWith(`${kind}:`)).toBe(true);
    }),
    { numRuns },
  );
});

function encode(text: string): string {
  return Buffer.from(text).toString('base64url');
}

function bytesOf(text: string): readonly string[] {
  return text.split('.').map((part) => Buffer.from(part, 'base64url').toString('hex'));
}
