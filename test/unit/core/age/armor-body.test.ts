import { describe, expect, it } from '@jest/globals';
import { readArmor } from '#core/age/armor-body.ts';

const begin = '-----BEGIN AGE ENCRYPTED FILE-----';
const end = '-----END AGE ENCRYPTED FILE-----';
const full = 'A'.repeat(64);

describe('reading the armor of an age file', () => {
  it.each([
    { when: 'one short line', text: `${begin}\nAAAA\n${end}\n`, body: 'AAAA' },
    { when: 'full lines', text: `${begin}\n${full}\n${full}\n${end}`, body: full + full },
    {
      when: 'CRLF and white space around',
      text: `\n ${begin}\r\nAAAA\r\n${end}\r\n `,
      body: 'AAAA',
    },
  ])('takes $when', ({ text, body }) => {
    expect(readArmor(text)).toBe(body);
  });

  it.each([
    { when: 'no body', text: `${begin}\n${end}` },
    { when: 'another begin', text: `-----BEGIN FILE-----\nAAAA\n${end}` },
    { when: 'no end', text: `${begin}\nAAAA\n` },
    { when: 'a short line before the last', text: `${begin}\nAAAA\nAAAA\n${end}` },
    { when: 'a line that is too long', text: `${begin}\n${full}A\n${end}` },
  ])('answers null for $when', ({ text }) => {
    expect(readArmor(text)).toBeNull();
  });
});
