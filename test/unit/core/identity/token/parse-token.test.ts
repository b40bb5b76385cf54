import { describe, expect, it } from '@jest/globals';
import { parseToken, type ParsedToken } from '#core/identity/token/parse-token.ts';
import { expectCode } from '#test/support/expect-code.ts';
import { createSigningKey, signTexts, signToken } from '#test/support/issuer/signing-key.ts';

const key = createSigningKey('key-1', 'ES256');
const token = signToken(key, { claims: { sub: 'canary-5f2d8c' } });
const [head = '', body = '', signature = ''] = token.split('.');
const parse = (text: string): ParsedToken => parseToken(Buffer.from(text));

async function problemOf(text: string): Promise<string> {
  const error = await expectCode(() => parse(text), 'MAYFLY_TOKEN_MALFORMED');
  expect(error.message).not.toContain('canary');
  return error.message;
}

/** The last character of a part of 64 bytes holds four bits that mean nothing. */
function withOtherTrailingBits(part: string): string {
  const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';
  return part.slice(0, -1) + alphabet.charAt(alphabet.indexOf(part.slice(-1)) + 1);
}

describe('a token', () => {
  it('is read without believing it', () => {
    expect(parse(token)).toEqual({
      algorithm: 'ES256',
      keyId: 'key-1',
      claims: { sub: 'canary-5f2d8c' },
      signed: `${head}.${body}`,
    });
  });

  it('may name no key and no type', () => {
    const header = { kid: undefined, typ: undefined };
    expect(parse(signToken(key, { claims: {}, header })).keyId).toBeNull();
  });

  // Attack 13: several texts of one token would be several tokens to whoever counts their uses.
  it.each([
    ['a space', `${token} `],
    ['a newline', `${token}\n`],
    ['a leading newline', `\n${token}`],
    ['padding', `${token}==`],
    ['other trailing bits', `${head}.${body}.${withOtherTrailingBits(signature)}`],
    ['the alphabet of base64', `${head}.${body}.${signature.slice(0, -2)}+/`],
    ['no signature', `${head}.${body}.`],
    ['a fourth part', `${token}.${signature}`],
    ['a character of another script', `${token}é`],
    ['a length that base64 has not', `${head}.${body}.${signature}AAA`],
    ['nothing', ''],
  ])('is refused in another form: %s', async (_, text) => {
    expect(await problemOf(text)).toMatch(/base64url/u);
  });

  it('is refused over 16 KiB, before it is looked at', async () => {
    expect(await problemOf('a'.repeat(16 * 1024 + 1))).toContain('16384 bytes');
  });

  // Attack 17 and 18.
  it.each([
    ['crit', { crit: ['b64'], b64: false }],
    ['b64', { b64: true }],
    ['jku', { jku: 'https://evil.example.org/keys' }],
    ['jwk', { jwk: { kty: 'RSA' } }],
    ['x5u', { x5u: 'https://evil.example.org/chain' }],
    ['x5c', { x5c: ['MII'] }],
    ['kid', { kid: '' }],
    ['kid', { kid: '../../etc/passwd\u0000' }],
    ['kid', { kid: 'k'.repeat(257) }],
    ['kid', { kid: { $ne: 1 } }],
    ['kid', { kid: null }],
    ['typ', { typ: 'dpop+jwt' }],
    ['typ', { typ: 7 }],
    ['alg', { alg: ['RS256'] }],
    ['algorithm', { alg: undefined }],
  ])('is refused with a header that has a %s like this: %j', async (name, header) => {
    expect(await problemOf(signToken(key, { claims: {}, header }))).toContain(name);
  });

  // Attack 21.
  it.each([
    ['header', '{"alg":"none","alg":"ES256","kid":"key-1"}', '{}'],
    ['payload', '{"alg":"ES256"}', '{"sub":"a","sub":"b"}'],
    ['payload', '{"alg":"ES256"}', '[]'],
    ['header', '"ES256"', '{}'],
  ])('is refused when its %s can be read in two ways', async (part, header, payload) => {
    expect(await problemOf(signTexts(key, [header, payload]))).toContain(part);
  });
});
