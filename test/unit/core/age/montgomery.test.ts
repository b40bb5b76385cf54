import { createHash, createPrivateKey, createPublicKey, generateKeyPairSync } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import { montgomeryOf } from '#core/age/montgomery.ts';

describe('the X25519 form of an ed25519 key', () => {
  it('belongs to the X25519 form of its private key', () => {
    const { privateKey } = generateKeyPairSync('ed25519');
    const { d = '', x = '' } = privateKey.export({ format: 'jwk' });
    const scalar = createHash('sha512')
      .update(Buffer.from(d, 'base64url'))
      .digest()
      .subarray(0, 32);
    const der = Buffer.concat([Buffer.from('302e020100300506032b656e04220420', 'hex'), scalar]);
    const own = createPublicKey(createPrivateKey({ key: der, format: 'der', type: 'pkcs8' }));
    const expected = Buffer.from(own.export({ format: 'jwk' }).x ?? '', 'base64url');
    expect(Buffer.from(montgomeryOf(Buffer.from(x, 'base64url')))).toEqual(expected);
  });

  it('is zero for the neutral point, which X25519 then refuses', () => {
    const neutral = Buffer.alloc(32);
    neutral[0] = 1;
    expect(Buffer.from(montgomeryOf(neutral))).toEqual(Buffer.alloc(32));
  });
});
