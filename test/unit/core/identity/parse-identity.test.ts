import { expect, it } from '@jest/globals';
import { attributeTables } from '#core/identity/attribute-tables.ts';
import { issuerKinds } from '#core/identity/identity.ts';
import { parseIdentity } from '#core/identity/parse-identity.ts';
import { makeClaims } from '#test/support/issuer/real-claims.ts';

const now = Date.UTC(2026, 0, 1);

it.each(issuerKinds)('an identity of %s has attributes of its table alone', (kind) => {
  const identity = parseIdentity({ kind, name: 'an-issuer' }, makeClaims(kind, now));
  expect(identity).toMatchObject({ kind, issuer: 'an-issuer' });
  expect(identity.subject).not.toBe('');
  const known = new Set(attributeTables[kind].map(({ name }) => name));
  const unknown = [...identity.attributes.keys()].filter((name) => !known.has(name));
  expect(unknown.filter((name) => !known.has('claims') || !name.startsWith('claims.'))).toEqual([]);
  expect(identity.attributes.size).toBeGreaterThan(1);
});

it.each(issuerKinds)('an identity of %s without claims is one of nobody', (kind) => {
  const identity = parseIdentity({ kind, name: 'an-issuer' }, {});
  expect(identity).toMatchObject({ subject: '', unit: null, runUrl: null, pod: null });
  expect([...identity.attributes]).toEqual([]);
});
