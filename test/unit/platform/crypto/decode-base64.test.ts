import { describe, expect, it } from '@jest/globals';
import { decodeBase64 } from '#platform/crypto/decode-base64.ts';

describe('decoded base64', () => {
  it.each(['', 'YQ==', 'YWI=', 'YWJj', '/+8=', 'YQ', 'Y Q = =', '!'])(
    'is of %j what a Buffer makes of it',
    (text) => {
      expect(Buffer.from(decodeBase64(text))).toEqual(Buffer.from(text, 'base64'));
    },
  );

  it('shares its memory with nobody', () => {
    const [first, second] = [decodeBase64('YWJj'), decodeBase64('YWJj')];
    expect(first.buffer).not.toBe(second.buffer);
    expect(first.buffer.byteLength).toBe(3);
  });
});
