import { describe, expect, it } from '@jest/globals';
import { splitIdentityBlocks } from '#core/age/identity-blocks.ts';

const pem = '-----BEGIN KEY-----\n# no comment\n\nAAAA\n-----END KEY-----';

function split(text: string): [number, string][] {
  return [...splitIdentityBlocks(Buffer.from(text))].map(({ line, bytes }) => [
    line,
    Buffer.from(bytes).toString(),
  ]);
}

describe('splitting an identity file', () => {
  it('leaves out comments and blank lines and counts them', () => {
    expect(split('# one\n\n \t \n  A  \r\nB')).toEqual([
      [4, 'A'],
      [5, 'B'],
    ]);
  });

  it('keeps a PEM block together and goes on after it', () => {
    expect(split(`A\n${pem}\nB\n${pem}`)).toEqual([
      [1, 'A'],
      [2, pem],
      [7, 'B'],
      [8, pem],
    ]);
  });

  it('takes a PEM block without end as one line', () => {
    expect(split('-----BEGIN KEY-----\nA\n')).toEqual([
      [1, '-----BEGIN KEY-----'],
      [2, 'A'],
    ]);
  });

  it.each(['', '\n', '\n\n', '#'])('finds nothing in %j', (text) => {
    expect(split(text)).toEqual([]);
  });
});
