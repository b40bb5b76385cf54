import { describe, expect, it } from '@jest/globals';
import { SecretBytes } from '#core/secret/secret-bytes.ts';
import { createNodeDigest } from '#platform/crypto/node-digest.ts';
import { openSealedText, sealText } from '#platform/crypto/sealed-text.ts';

function digestOf(cluster: string): ReturnType<typeof createNodeDigest> {
  return createNodeDigest(SecretBytes.take(new Uint8Array(32).fill(1)), cluster);
}

const digest = digestOf('cluster');
const context = ['prod', 'db', 'lease', 'v1'];

describe('a sealed text', () => {
  it.each(['', 'text', '.', 'a.b', 'ümlaut', '{"a":1}'])(
    'opens where it was sealed: %j',
    (text) => {
      const sealed = sealText(digest, context, text);
      expect(sealed.slice(33)).toBe(text);
      expect(openSealedText(digest, context, sealed)).toBe(text);
    },
  );

  it('opens neither in another context nor in another cluster', () => {
    const sealed = sealText(digest, context, 'text');
    expect(openSealedText(digest, ['prod', 'api', 'lease', 'v1'], sealed)).toBeNull();
    expect(openSealedText(digest, context.slice(0, 3), sealed)).toBeNull();
    expect(openSealedText(digestOf('other'), context, sealed)).toBeNull();
  });

  it('does not open when any character of it was changed, or when it was cut', () => {
    const sealed = sealText(digest, context, 'text');
    for (let at = 0; at < sealed.length; at += 1) {
      const other = sealed[at] === 'x' ? 'y' : 'x';
      const changed = `${sealed.slice(0, at)}${other}${sealed.slice(at + 1)}`;
      expect(openSealedText(digest, context, changed)).toBeNull();
      expect(openSealedText(digest, context, sealed.slice(0, at))).toBeNull();
    }
  });

  it.each(['', 'ü'.repeat(33), 'ü'.repeat(16)])('is not made of anything else: %j', (text) => {
    expect(openSealedText(digest, context, text)).toBeNull();
  });
});
