import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { decodeBase64 } from '#core/sync/content/base64.ts';

describe('base64', () => {
  it('is decoded to what was encoded', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
        const text = Buffer.from(Buffer.from(bytes).toString('base64'));
        expect(decodeBase64(text)).toEqual(bytes);
      }),
    );
  });

  it('may be broken into lines', () => {
    expect(decodeBase64(Buffer.from('cm9v\r\ndA==\n'))).toEqual(
      Uint8Array.from(Buffer.from('root')),
    );
  });

  it.each(['a', 'ab', 'abc', 'a===', 'ab=c', '=', '====', 'ab c', 'ab-_', 'YQ'])(
    'is not %j',
    (text) => {
      expect(decodeBase64(Buffer.from(text))).toBeNull();
    },
  );
});
