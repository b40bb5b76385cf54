import { describe, expect, it } from '@jest/globals';
import { copyLine } from '#core/secret/copy-line.ts';
import { SecretBytes } from '#core/secret/secret-bytes.ts';

function copy(text: string): string {
  const secret = SecretBytes.take(Buffer.from(text));
  return Buffer.from(copyLine(secret).expose()).toString();
}

describe('a line of a key file', () => {
  it.each([
    { given: 'token', expected: 'token' },
    { given: 'token\n', expected: 'token' },
    { given: 'token\r\n', expected: 'token' },
    { given: 'token\n\n', expected: 'token\n' },
    { given: '\n', expected: '' },
    { given: '', expected: '' },
  ])('of $given is read as $expected', ({ given, expected }) => {
    expect(copy(given)).toBe(expected);
  });

  it('is a copy: the original may be wiped', () => {
    const secret = SecretBytes.take(Buffer.from('a\n'));
    const line = copyLine(secret);
    secret.wipe();
    expect(Buffer.from(line.expose()).toString()).toBe('a');
  });
});
