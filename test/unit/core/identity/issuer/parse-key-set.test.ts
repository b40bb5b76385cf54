import { describe, expect, it } from '@jest/globals';
import { maxKeySetBytes, parseKeySet } from '#core/identity/issuer/parse-key-set.ts';
import { createSigningKey } from '#test/support/issuer/signing-key.ts';

const rsa = createSigningKey('rsa').jwk;
const ec = createSigningKey('ec', 'ES256').jwk;
const ed = createSigningKey('ed', 'EdDSA').jwk;
const weak = createSigningKey('weak', 'RS256', 1024).jwk;

type Members = readonly unknown[];

function parse(keys: Members): ReturnType<typeof parseKeySet> {
  return parseKeySet(Buffer.from(JSON.stringify({ keys })));
}

function idsOf(keys: Members): readonly (string | undefined)[] {
  const parsed = parse(keys);
  return parsed.kind === 'valid' ? parsed.keys.map(({ kid }) => kid) : [];
}

describe('the keys of an issuer', () => {
  it('are what verifying needs of them', () => {
    const { n, e } = rsa;
    const extra = { x5c: ['MII'], x5t: 'abc', ext: 7, key_ops: ['verify'] };
    expect(parse([{ ...rsa, ...extra }])).toEqual({
      kind: 'valid',
      keys: [{ kty: 'RSA', kid: 'rsa', alg: 'RS256', n, e }],
    });
    expect(idsOf([rsa, ec, ed])).toEqual(['rsa', 'ec', 'ed']);
  });

  it('may have the same id, or none', () => {
    expect(idsOf([rsa, { ...ec, kid: 'rsa' }, { ...ed, kid: undefined }])).toHaveLength(3);
  });

  // Attack 19.
  it.each([
    ['RSA under 2048 bits', weak],
    ['RSA of 2048 bits in which the first is zero', { ...rsa, n: zeroFirst(rsa.n) }],
    ['RSA that takes long to verify', { ...rsa, n: '_'.repeat(1400) }],
    ['an exponent of 1, with which everybody signs', { ...rsa, e: 'AQ' }],
    ['an exponent of 0', { ...rsa, e: 'AA' }],
    ['an exponent that is large', { ...rsa, e: 'AQAAAAE' }],
    ['no exponent', { ...rsa, e: undefined }],
    ['no modulus', { ...rsa, n: undefined }],
    ['a modulus of another type', { ...rsa, n: [rsa.n] }],
    ['a modulus in another alphabet', { ...rsa, n: `${rsa.n ?? ''}=` }],
    ['another use', { ...rsa, use: 'enc' }],
    ['other operations', { ...rsa, key_ops: ['encrypt'] }],
    ['operations of another type', { ...rsa, key_ops: 'verify' }],
    ['an algorithm that is none', { ...rsa, alg: 'none' }],
    ['a symmetric algorithm', { ...rsa, alg: 'HS256' }],
    ['an unknown curve', { ...ec, crv: 'secp256k1' }],
    ['half a point', { ...ec, y: undefined }],
    ['no point', { ...ed, x: '' }],
    ['an unknown type', { kty: 'AKP', alg: 'ML-DSA-44', pub: 'AA', kid: 'x' }],
    ['no members', {}],
    ['no object', 'key'],
  ])('leave out one with %s, and are none without another', (_, key) => {
    expect(idsOf([key, ed])).toEqual(['ed']);
    expect(parse([key])).toMatchObject({ kind: 'invalid' });
  });

  it.each([
    ['a symmetric key', { kty: 'oct', k: 'c2VjcmV0', alg: 'HS256' }],
    ['a private RSA key', { ...rsa, d: 'AA' }],
    ['a factor', { ...rsa, p: 'AA' }],
    ['a private EC key', { ...ec, d: 'AA' }],
    ['a key of a type that is not known, with a private part', { kty: 'AKP', priv: 'AA' }],
  ])('are refused whole with %s among them', (_, key) => {
    expect(parse([rsa, key])).toEqual({ kind: 'invalid', problem: 'are not all public' });
  });

  it('are at most fifty', () => {
    const many = Array.from({ length: 51 }, () => rsa);
    expect(parse(many)).toEqual({ kind: 'invalid', problem: 'are more than 50' });
    expect(idsOf(many.slice(1))).toHaveLength(50);
  });

  it.each(['', '[]', '{}', '{"keys":{}}', '{"keys":[]}', '{"keys":[],"keys":[]}', '<html>'])(
    'are no such text: %s',
    (text) => {
      expect(parseKeySet(Buffer.from(text)).kind).toBe('invalid');
    },
  );

  it('are not longer than 100 KiB', () => {
    const text = JSON.stringify({ keys: [rsa] });
    expect(parseKeySet(Buffer.from(text.padEnd(maxKeySetBytes))).kind).toBe('valid');
    expect(parseKeySet(Buffer.from(text.padEnd(maxKeySetBytes + 1))).kind).toBe('invalid');
  });
});

function zeroFirst(n = ''): string {
  const bytes = Buffer.from(n, 'base64url');
  bytes[0] = 0x7f;
  return bytes.toString('base64url');
}
