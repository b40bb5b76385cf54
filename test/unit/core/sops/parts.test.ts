import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { parseEncryptedValue, renderEncryptedValue } from '#core/sops/encrypted-value.ts';
import { createMac } from '#core/sops/mac.ts';
import { compileRule } from '#core/sops/selection.ts';
import { combineShares, splitSecret } from '#core/sops/shamir.ts';
import { mapLeaves } from '#core/sops/walk.ts';

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);

describe('an encrypted value', () => {
  const text = 'ENC[AES256_GCM,data:AA==,iv:BB==,tag:CC==,type:str]';

  it('is taken apart and put together again', () => {
    const value = parseEncryptedValue(text);
    expect(value).toEqual({ data: 'AA==', iv: 'BB==', tag: 'CC==', type: 'str' });
    expect(value === null ? '' : renderEncryptedValue(value)).toBe(text);
  });

  it.each([
    '',
    'ENC[]',
    ` ${text}`,
    `${text} `,
    `${text}x`,
    text.replace('AA==', ''),
    text.replace('str', 'nil'),
    text.replace('iv:', 'vi:'),
    text.replace('GCM', 'CBC'),
  ])('is nothing else: %j', (other) => {
    expect(parseEncryptedValue(other)).toBeNull();
  });
});

describe('the MAC', () => {
  function fed(onlyEncrypted: boolean): string {
    const parts: string[] = [];
    const mac = createMac(
      {
        update: (part) => parts.push(Buffer.from(part).toString('latin1')),
        hexDigest: () => parts.join('|'),
      },
      onlyEncrypted,
    );
    mac.addLeaf('str', bytes('a'), true);
    mac.addLeaf('bool', bytes('true'), false);
    mac.addLeaf('bool', bytes('false'), true);
    mac.addLeaf('int', bytes('5'), false);
    return mac.hexDigest();
  }

  it('is fed with plaintexts alone, booleans with a capital letter', () => {
    expect(fed(false)).toBe('a|True|False|5');
  });

  it('starts with the digest of sops and leaves plain values out when it is of encrypted ones only', () => {
    const [opening = '', ...rest] = fed(true).split('|a|');
    expect(Buffer.from(opening, 'latin1').toString('hex')).toMatch(
      /^8a3fd2ad[0-9a-f]{48}76f27d69$/u,
    );
    expect(rest).toEqual(['False']);
  });
});

describe('shares of a secret', () => {
  it('give it back from any that reach the threshold', () => {
    fc.assert(
      fc.property(
        fc.uint8Array({ minLength: 32, maxLength: 32 }),
        fc.uint8Array({ minLength: 64, maxLength: 64 }),
        fc.shuffledSubarray([0, 1, 2, 3, 4], { minLength: 3 }),
        (secret, coefficients, chosen) => {
          const shares = splitSecret(secret, { shares: 5, threshold: 3 }, coefficients);
          const picked = chosen.map((at) => shares[at] ?? new Uint8Array());
          expect(combineShares(picked)).toEqual(secret);
        },
      ),
      { numRuns: 50 },
    );
  });

  it.each([
    ['one', [[1, 1]]],
    [
      'two of the same place',
      [
        [1, 1],
        [2, 1],
      ],
    ],
    [
      'a place of zero',
      [
        [1, 0],
        [2, 1],
      ],
    ],
    [
      'different lengths',
      [
        [1, 1],
        [2, 2, 2],
      ],
    ],
    ['no bytes', [[1], [2]]],
  ])('are refused: %s', (_, shares) => {
    expect(combineShares(shares.map((share) => Uint8Array.from(share)))).toBeNull();
  });
});

describe('a rule', () => {
  it('throws what the engine throws, and asks it for nothing when it is a suffix', () => {
    const broken = (): never => {
      throw new SyntaxError('bad');
    };
    expect(() => compileRule({ kind: 'encrypted-regex', pattern: '(' }, broken)).toThrow('bad');
    const suffix = compileRule({ kind: 'encrypted-suffix', suffix: '_x' }, broken);
    expect(suffix.matches('a_x')).toBe(true);
    expect(mapLeaves({ kind: 'map', entries: [] }, suffix, neverVisited)).toEqual({
      kind: 'map',
      entries: [],
    });
  });
});

const neverVisited = {
  value: unexpected,
  item: unexpected,
  comment: unexpected,
  commentText: unexpected,
};

function unexpected(): never {
  throw new Error('nothing to visit');
}
