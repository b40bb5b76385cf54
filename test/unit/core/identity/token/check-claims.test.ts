import { describe, expect, it } from '@jest/globals';
import type { TokenIssuer } from '#core/api/token-issuer.ts';
import type { ErrorCode } from '#core/errors/catalogue.ts';
import { checkToken, type TokenTerm } from '#core/identity/token/check-claims.ts';
import { expectCode } from '#test/support/expect-code.ts';
import { makeTokenIssuer } from '#test/support/issuer/make-token-issuer.ts';
import { brokerAudience as own, makeClaims } from '#test/support/issuer/real-claims.ts';

const now = Date.UTC(2026, 0, 1);
const seconds = now / 1000;

type Change = Readonly<Record<string, unknown>>;

function check(change: Change, issuer: Partial<TokenIssuer> = {}, algorithm = 'RS256'): TokenTerm {
  const token = { algorithm, claims: makeClaims('github', now, change) };
  return checkToken(token, makeTokenIssuer(issuer), { now, ownAudience: own });
}

interface Row {
  readonly when: string;
  readonly change: Change;
  readonly code: ErrorCode;
  readonly issuer?: Partial<TokenIssuer>;
  readonly says?: string;
}

async function expectRefusal({ change, issuer, code, says = '' }: Row): Promise<void> {
  const error = await expectCode(() => check(change, issuer), code);
  expect(error.message).toContain(says);
  expect(error.kind).toBe('unauthenticated');
}

describe('the times of a token', () => {
  it('are answered', () => {
    expect(check({})).toEqual({ issuedAt: now, expiresAt: now + 300_000 });
  });

  it.each([
    ['a clock that is a minute ahead', { iat: seconds + 60, nbf: seconds + 60 }],
    ['a start ten minutes before', { nbf: seconds - 600 }],
    ['no start', { nbf: undefined }],
    ['an end within the last minute', { iat: seconds - 300, exp: seconds - 59 }],
    ['fractions of a second', { iat: seconds - 0.5, exp: seconds + 299.5 }],
  ])('may have %s', (_, change) => {
    expect(() => check(change)).not.toThrow();
  });

  // Attack 20.
  it.each<Row>([
    { when: 'no exp', change: { exp: undefined }, code: 'MAYFLY_TOKEN_MALFORMED', says: 'exp' },
    { when: 'no iat', change: { iat: undefined }, code: 'MAYFLY_TOKEN_MALFORMED', says: 'iat' },
    { when: 'a text as exp', change: { exp: `${seconds}` }, code: 'MAYFLY_TOKEN_MALFORMED' },
    { when: 'an exp beyond time', change: { exp: 1e300 }, code: 'MAYFLY_TOKEN_MALFORMED' },
    { when: 'a negative iat', change: { iat: -1 }, code: 'MAYFLY_TOKEN_MALFORMED' },
    { when: 'null as nbf', change: { nbf: null }, code: 'MAYFLY_TOKEN_MALFORMED', says: 'nbf' },
    { when: 'exp before iat', change: { exp: seconds - 1 }, code: 'MAYFLY_TOKEN_MALFORMED' },
    {
      when: 'an end a minute ago',
      change: { iat: seconds - 300, exp: seconds - 60 },
      code: 'MAYFLY_TOKEN_EXPIRED',
      says: '60 s ago',
    },
    {
      when: 'iat in the future',
      change: { iat: seconds + 61, exp: seconds + 300 },
      code: 'MAYFLY_TOKEN_EARLY',
      says: 'iat',
    },
    {
      when: 'nbf in the future',
      change: { nbf: seconds + 61 },
      code: 'MAYFLY_TOKEN_EARLY',
      says: 'nbf',
    },
    {
      when: 'a life of a year',
      change: { exp: seconds + 31_536_000 },
      code: 'MAYFLY_TOKEN_LIFETIME',
      says: 'lives 31536000 s, and issuer github allows 600 s',
    },
    {
      when: 'an age over the limit',
      change: { iat: seconds - 661, exp: seconds - 61 },
      code: 'MAYFLY_TOKEN_EXPIRED',
    },
  ])('are refused with $when', async (row) => {
    await expectRefusal(row);
  });
});

// Attack 3.
describe('the audience of a token', () => {
  it.each([
    ['the own address', { aud: own }, {}],
    ['a list of one', { aud: [own] }, {}],
    ['one that the TokenIssuer names', { aud: 'mayfly' }, { audiences: ['mayfly', 'other'] }],
    ['one of several, where that is allowed', { aud: ['x', own] }, { singleAudience: false }],
  ])('may be %s', (_, change, issuer) => {
    expect(() => check(change, issuer)).not.toThrow();
  });

  it.each<Row>([
    {
      when: 'another one',
      change: { aud: 'sts.amazonaws.com' },
      code: 'MAYFLY_TOKEN_AUDIENCE',
      says: own,
    },
    { when: 'a longer one', change: { aud: `${own}/` }, code: 'MAYFLY_TOKEN_AUDIENCE' },
    { when: 'another case', change: { aud: own.toUpperCase() }, code: 'MAYFLY_TOKEN_AUDIENCE' },
    {
      when: 'the own address, where others are named',
      change: { aud: own },
      issuer: { audiences: ['mayfly'] },
      code: 'MAYFLY_TOKEN_AUDIENCE',
    },
    { when: 'several', change: { aud: [own, 'x'] }, code: 'MAYFLY_TOKEN_AUDIENCES', says: '2' },
    { when: 'none', change: { aud: undefined }, code: 'MAYFLY_TOKEN_MALFORMED' },
    { when: 'an empty list', change: { aud: [] }, code: 'MAYFLY_TOKEN_AUDIENCE' },
    { when: 'an object', change: { aud: { 0: own } }, code: 'MAYFLY_TOKEN_MALFORMED' },
    { when: 'a list of lists', change: { aud: [[own]] }, code: 'MAYFLY_TOKEN_MALFORMED' },
    { when: 'the same twice', change: { aud: [own, own] }, code: 'MAYFLY_TOKEN_MALFORMED' },
  ])('is refused when it is $when', async (row) => {
    await expectRefusal(row);
  });
});

describe('other claims', () => {
  it.each<Row>([
    { when: 'no sub', change: { sub: undefined }, code: 'MAYFLY_TOKEN_MALFORMED', says: 'sub' },
    { when: 'an empty sub', change: { sub: '' }, code: 'MAYFLY_TOKEN_MALFORMED', says: 'sub' },
    { when: 'a number as sub', change: { sub: 7 }, code: 'MAYFLY_TOKEN_MALFORMED', says: 'sub' },
    { when: 'an empty jti', change: { jti: '' }, code: 'MAYFLY_TOKEN_MALFORMED', says: 'jti' },
    {
      when: 'a jti that is long',
      change: { jti: 'j'.repeat(257) },
      code: 'MAYFLY_TOKEN_MALFORMED',
    },
    { when: 'a list as jti', change: { jti: ['a'] }, code: 'MAYFLY_TOKEN_MALFORMED', says: 'jti' },
  ])('are refused with $when', async (row) => {
    await expectRefusal(row);
  });
});

// Attack 17.
describe('the algorithm of a token', () => {
  it.each(['none', 'HS256', 'ES384', 'rs256', 'RS256 '])(
    'is refused when it is %s',
    async (alg) => {
      const error = await expectCode(() => check({}, {}, alg), 'MAYFLY_TOKEN_ALGORITHM');
      expect(error.message).toContain('RS256, ES256');
    },
  );

  it('is refused when anybody could sign by it, whatever the TokenIssuer says', async () => {
    const algorithms = ['HS256', 'none', 'RS256'];
    for (const alg of ['HS256', 'none']) {
      await expectCode(() => check({}, { algorithms }, alg), 'MAYFLY_TOKEN_ALGORITHM');
    }
  });
});
