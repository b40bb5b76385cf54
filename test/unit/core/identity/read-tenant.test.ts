import { expect, it } from '@jest/globals';
import { attributeTables } from '#core/identity/attribute-tables.ts';
import { issuerKinds } from '#core/identity/identity.ts';
import { readTenant } from '#core/identity/read-tenant.ts';

it.each(issuerKinds)('the tenant of %s is told by an id that nobody else is given', (kind) => {
  const ids = attributeTables[kind].filter(({ tenant, mutable }) => tenant && !mutable);
  const told = ids.filter(
    ({ name }) => readTenant({ kind, attributes: new Map([[name, '7']]) }) === '7',
  );
  expect(told).toHaveLength(['jenkins', 'generic'].includes(kind) ? 0 : 1);
});

it('the tenant of a token that does not say is that of all such tokens', () => {
  expect(readTenant({ kind: 'github', attributes: new Map() })).toBe('');
  expect(readTenant({ kind: 'jenkins', attributes: new Map() })).toBeNull();
});
