import { describe, expect, it } from '@jest/globals';
import { chosenName, flag } from '#core/identity/attribute-row.ts';
import { readAnyClaims, readAttributes, readText } from '#core/identity/read-attributes.ts';

const rows = [
  { name: 'text', claim: 't', description: '', ...chosenName },
  { name: 'flag', claim: 'f', description: '', ...flag },
  { name: 'list', claim: 'l', description: '', ...chosenName, type: 'list' as const },
];

function read(claims: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
  return Object.fromEntries(readAttributes(claims, rows));
}

// Attack 22: a claim of another type than policies expect is as good as absent.
describe('an attribute', () => {
  it('is read from its claim in its type', () => {
    expect(read({ t: 'a', f: 'true', l: ['x', 'y'] })).toEqual({
      text: 'a',
      flag: 'true',
      list: ['x', 'y'],
    });
    expect(read({ t: 7, f: false })).toEqual({ text: '7', flag: 'false' });
  });

  it.each([
    [{ t: '' }],
    [{ t: null }],
    [{ t: true }],
    [{ t: ['a'] }],
    [{ t: { toString: 'a' } }],
    [{ t: 1.5 }],
    [{ t: 2 ** 53 }],
    [{ f: 'yes' }],
    [{ f: 1 }],
    [{ f: ['true'] }],
    [{ l: 'x' }],
    [{ l: [] }],
    [{ l: ['x', 7] }],
    [{ l: ['x', ''] }],
    [{ l: { 0: 'x', length: 1 } }],
  ])('is absent for a claim like %j', (claims) => {
    expect(read(claims)).toEqual({});
  });

  it('is not found in what every object has', () => {
    const row = { name: 'x', claim: 'constructor', description: '', ...chosenName };
    expect([...readAttributes({}, [row])]).toEqual([]);
  });
});

describe('any claim', () => {
  it('is an attribute under its own name', () => {
    const claims = {
      email: 'a@b',
      level: 3,
      admin: true,
      groups: ['x'],
      nested: { a: 'b' },
      none: null,
    };
    expect(Object.fromEntries(readAnyClaims(claims))).toEqual({
      'claims.email': 'a@b',
      'claims.level': '3',
      'claims.admin': 'true',
      'claims.groups': ['x'],
    });
  });

  it('is none where every token is checked by it', () => {
    expect([...readAnyClaims({ iss: 'a', aud: 'b', exp: 1, iat: 1, nbf: 1, jti: 'c' })]).toEqual(
      [],
    );
  });
});

it('a whole number is the text of its digits', () => {
  expect([readText(74), readText('74'), readText(-0.5)]).toEqual(['74', '74', null]);
});
