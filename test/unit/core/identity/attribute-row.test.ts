import { describe, expect, it } from '@jest/globals';
import { attributeTables } from '#core/identity/attribute-tables.ts';
import { issuerKinds } from '#core/identity/identity.ts';

const rows = issuerKinds.flatMap((kind) => attributeTables[kind].map((row) => ({ kind, row })));

describe('the attributes of a system', () => {
  it.each(issuerKinds)('have distinct names: %s', (kind) => {
    const names = attributeTables[kind].map(({ name }) => name);
    expect(new Set(names).size).toBe(names.length);
    expect(names.filter((name) => !/^[a-z][A-Za-z]*$/u.test(name))).toEqual([]);
  });

  it.each(issuerKinds)('tell its tenant: %s', (kind) => {
    expect(attributeTables[kind].some(({ tenant }) => tenant)).toBe(true);
  });

  it('are not matched by globs where they tell the tenant, or where all values are known', () => {
    const fixed = rows.filter(({ row }) => row.tenant || row.values !== null);
    expect(fixed.filter(({ row }) => row.glob)).toEqual([]);
  });

  it('are described in a sentence', () => {
    expect(rows.filter(({ row }) => !row.description.endsWith('.'))).toEqual([]);
  });
});
