import { expect, it } from '@jest/globals';
import type { SecretOwner } from '#core/ports/secret-sink.ts';
import { SecretBytes } from '#core/secret/secret-bytes.ts';
import { isSealedRow, sealRow } from '#core/sync/row-seal.ts';
import { createNodeDigest } from '#platform/crypto/node-digest.ts';

const digest = createNodeDigest(SecretBytes.take(new Uint8Array(32)), 'test');
const owner: SecretOwner = { kind: 'EphemeralSecret', namespace: 'shop', name: 'all', uid: '1' };
const row = {
  name: 'db',
  uid: '2',
  keys: 1,
  digest: 'd',
  path: 'db.yaml',
  origin: 'o',
  revision: 'r',
  expiresAt: '2026-01-01T00:00:00.000Z',
};

it('a sealed row is known again', () => {
  expect(isSealedRow(digest, owner, { ...row, seal: sealRow(digest, owner, row) })).toBe(true);
});

it.each([{ name: 'other' }, { uid: '3' }, { path: 'x' }, { origin: 'x' }, { expiresAt: 'x' }])(
  'a row that somebody changed is not: %j',
  (change) => {
    const forged = { ...row, seal: sealRow(digest, owner, row), ...change };
    expect(isSealedRow(digest, owner, forged)).toBe(false);
  },
);

it('neither is one of another object, nor one without a seal', () => {
  const seal = sealRow(digest, { ...owner, uid: '4' }, row);
  expect(isSealedRow(digest, owner, { ...row, seal })).toBe(false);
  expect(isSealedRow(digest, owner, row)).toBe(false);
});
