import { describe, expect, it } from '@jest/globals';
import { SecretBytes } from '#core/secret/secret-bytes.ts';
import { digestContent, digestValues } from '#core/secret/value-digests.ts';
import { createNodeDigest } from '#platform/crypto/node-digest.ts';

const digest = createNodeDigest(SecretBytes.take(new Uint8Array(32).fill(1)), 'cluster');
const db = { namespace: 'prod', name: 'db' };

function digestOf(
  ref: typeof db,
  values: Readonly<Record<string, string>>,
): Readonly<Record<string, string>> {
  const bytes = Object.entries(values).map(([key, text]): [string, SecretBytes] => [
    key,
    SecretBytes.take(Buffer.from(text)),
  ]);
  return digestValues(digest, ref, new Map(bytes));
}

describe('the digests of values', () => {
  it('differ for equal values under other keys, names and namespaces', () => {
    const { a, b } = digestOf(db, { a: 'same', b: 'same' });
    const other = digestOf({ ...db, name: 'api' }, { a: 'same' })['a'];
    const elsewhere = digestOf({ ...db, namespace: 'test' }, { a: 'same' })['a'];
    expect(new Set([a, b, other, elsewhere]).size).toBe(4);
  });

  it('are the same for the same, and have 128 bits', () => {
    expect(digestOf(db, { a: 'one' })).toEqual(digestOf(db, { a: 'one' }));
    expect(digestOf(db, { a: 'one' })['a']).toMatch(/^[0-9a-f]{32}$/u);
  });

  it('take a key that is special to JavaScript as a key', () => {
    expect(
      Object.keys(digestOf(db, JSON.parse('{"__proto__":"one"}') as Record<string, string>)),
    ).toEqual(['__proto__']);
  });

  it('give one digest of a content in whatever order', () => {
    expect(digestContent(digest, { a: '1', b: '2' })).toBe(
      digestContent(digest, { b: '2', a: '1' }),
    );
    expect(digestContent(digest, { a: '1' })).not.toBe(digestContent(digest, { a: '2' }));
  });
});
