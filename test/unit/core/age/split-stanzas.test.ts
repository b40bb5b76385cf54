import { describe, expect, it } from '@jest/globals';
import { splitStanzas } from '#core/age/split-stanzas.ts';

const full = 'A'.repeat(64);

describe('splitting the header of an age file', () => {
  it('takes stanzas with arguments and a body of several lines', () => {
    expect(
      splitStanzas(`age-encryption.org/v1\n-> X25519 abc\n${full}\nBBBB\n-> grease\n${full}\n`),
    ).toEqual([
      { type: 'X25519', args: ['abc'], body: `${full}BBBB` },
      { type: 'grease', args: [], body: full },
    ]);
  });

  it.each([
    { when: 'another version', header: 'age-encryption.org/v2\n-> x\n' },
    { when: 'no stanza', header: 'age-encryption.org/v1' },
    { when: 'no arrow', header: 'age-encryption.org/v1\nx\n' },
    { when: 'no type', header: 'age-encryption.org/v1\n->\n' },
    { when: 'an empty argument', header: 'age-encryption.org/v1\n-> x  y\n' },
    { when: 'a control character', header: 'age-encryption.org/v1\n-> x\ty\n' },
    { when: 'no body', header: 'age-encryption.org/v1\n-> x' },
    { when: 'a body that does not end', header: `age-encryption.org/v1\n-> x\n${full}` },
    { when: 'a line that is too long', header: `age-encryption.org/v1\n-> x\n${full}A\n` },
    {
      when: 'too many stanzas',
      header: `age-encryption.org/v1\n${'-> x\n\n'.repeat(65)}`.trimEnd() + '\n',
    },
  ])('answers null with $when', ({ header }) => {
    expect(splitStanzas(header)).toBeNull();
  });
});
