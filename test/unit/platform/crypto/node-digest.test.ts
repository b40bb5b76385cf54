import { createHash, createHmac, hkdfSync } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import { createNodeDigest } from '#platform/crypto/node-digest.ts';
import { SecretBytes } from '#core/secret/secret-bytes.ts';

const key = SecretBytes.take(new Uint8Array(32).fill(7));
const digest = createNodeDigest(key, 'cluster-a');
const value = Buffer.from('value');

describe('the digest of values', () => {
  it('hashes the parts as if they were one', () => {
    const empty = 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855';
    expect(digest.sha256Hex()).toBe(empty);
    expect(digest.sha256Hex(Buffer.from('ab'), Buffer.from('c'))).toBe(
      digest.sha256Hex(Buffer.from('abc')),
    );
  });

  it('is 128 bits in hex and stays the same across versions', () => {
    const found = digest.valueDigest(['default', 'db', 'password'], value);
    expect(found).toMatch(/^[0-9a-f]{32}$/u);
    expect(found).toBe('86ecd8242a645da61da16e20f271d7a6');
  });

  it('is an HMAC under what the HKDF of the platform derives', () => {
    const parts = ['mayfly.dev/value-digest/v1', 'cluster-a', 'default', 'dß', 'password'];
    const context = createHash('sha256');
    for (const part of parts) {
      const length = Buffer.alloc(4);
      length.writeUInt32BE(Buffer.byteLength(part));
      context.update(length).update(part);
    }
    const derived = hkdfSync('sha256', new Uint8Array(32).fill(7), '', context.digest(), 32);
    const full = createHmac('sha256', Buffer.from(derived)).update(value).digest('hex');
    expect(digest.valueDigest(parts.slice(2), value)).toBe(full.slice(0, 32));
  });

  it.each([
    ['another key of the Secret', ['default', 'db', 'user']],
    ['another namespace', ['prod', 'db', 'password']],
    ['a context cut elsewhere', ['default', 'dbp', 'assword']],
    ['a context with a part more', ['default', 'db', 'password', '']],
  ])('differs for %s', (_, context) => {
    const found = digest.valueDigest(['default', 'db', 'password'], value);
    expect(digest.valueDigest(context, value)).not.toBe(found);
  });

  it('differs for another cluster and another cluster key', () => {
    const context = ['default', 'db', 'password'];
    const found = digest.valueDigest(context, value);
    const otherKey = SecretBytes.take(new Uint8Array(32).fill(8));
    expect(createNodeDigest(key, 'cluster-b').valueDigest(context, value)).not.toBe(found);
    expect(createNodeDigest(otherKey, 'cluster-a').valueDigest(context, value)).not.toBe(found);
  });

  it('takes a context longer than HKDF would', () => {
    expect(digest.valueDigest(['x'.repeat(5000)], value)).toHaveLength(32);
  });
});
