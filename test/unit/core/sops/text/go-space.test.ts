import { describe, expect, it } from '@jest/globals';
import { trimGoSpace, trimGoSpaceLeft, trimGoSpaceRight } from '#core/sops/text/go-space.ts';

describe('trimming as Go does it', () => {
  it.each([
    [' \t\r\n a b\v\f ', 'a b'],
    ['\u0085a\u0085', 'a'],
    ['\u00a0\u3000a\u2028\u202f', 'a'],
    ['\ufeffa\ufeff', '\ufeffa\ufeff'],
    ['\u200ba', '\u200ba'],
    ['  ', ''],
    ['', ''],
  ])('makes %j into %j', (text, expected) => {
    expect(trimGoSpace(text)).toBe(expected);
  });

  it('can keep to one end', () => {
    expect(trimGoSpaceLeft(' a ')).toBe('a ');
    expect(trimGoSpaceRight(' a ')).toBe(' a');
  });
});
