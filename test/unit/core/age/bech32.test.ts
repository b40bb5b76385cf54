import { describe, expect, it } from '@jest/globals';
import { parseBech32, startsWithText } from '#core/age/bech32.ts';

/** The key of https://github.com/FiloSottile/age/blob/main/testdata and its 32 bytes. */
const identity = 'AGE-SECRET-KEY-1EGTZVFFV20835NWYV6270LXYVK2VKNX2MMDKWYKLMGR48UAWX40Q2P2LM0';

function parse(text: string, prefix = 'AGE-SECRET-KEY-'): Uint8Array | null {
  return parseBech32(Buffer.from(text), prefix);
}

describe('decoding bech32', () => {
  it('reads the 32 bytes of an identity', () => {
    expect(parse(identity)).toHaveLength(32);
  });

  it('reads lower case with a lower-case prefix', () => {
    const bytes = parse(identity.toLowerCase(), 'age-secret-key-');
    expect(bytes).toEqual(parse(identity));
  });

  it.each([
    { when: 'the case is mixed', text: identity.replace('EGTZ', 'egtz') },
    { when: 'the prefix is another one', text: identity.replace('SECRET', 'PUBLIC') },
    { when: 'a letter is none of the alphabet', text: identity.replace('EGTZ', 'EGTB') },
    { when: 'it is cut', text: identity.slice(0, -1) },
    { when: 'it is longer', text: `${identity}Q` },
    { when: 'it is only a prefix', text: 'AGE-SECRET-KEY-1' },
    { when: 'it is empty', text: '' },
  ])('answers null when $when', ({ text }) => {
    expect(parse(text)).toBeNull();
  });

  it('answers null after any change of one letter', () => {
    for (let at = 16; at < identity.length; at += 1) {
      const other = identity[at] === 'Q' ? 'P' : 'Q';
      expect(parse(identity.slice(0, at) + other + identity.slice(at + 1))).toBeNull();
    }
  });

  it.each([
    { what: 'left-over bits of zero', text: 'A1QQQQTK27V5', bytes: 2 },
    { what: 'left-over bits that are not zero', text: 'A1QQQPKQ7T3X', bytes: undefined },
    { what: 'five left-over bits', text: 'A1Q3G6MN3', bytes: undefined },
  ])('is strict about padding: $what', ({ text, bytes }) => {
    expect(parse(text, 'A')?.length).toBe(bytes);
  });

  it('compares a beginning', () => {
    expect(startsWithText(Buffer.from('abc'), 'ab')).toBe(true);
    expect(startsWithText(Buffer.from('a'), 'ab')).toBe(false);
    expect(startsWithText(Buffer.from('xb'), 'ab')).toBe(false);
  });
});
