import { describe, expect, it } from '@jest/globals';
import { isMayflyError } from '#core/errors/mayfly-error.ts';
import { decideNearest } from '#core/tenancy/nearest-verdict.ts';
import { viewPolicy, type PolicyView } from '#core/tenancy/policy-view.ts';
import { aStoredObject } from '#test/support/objects/a-stored-object.ts';

function aPolicy(name: string, spec: object = { namespaceSelector: {} }): PolicyView {
  const metadata = { namespace: '', name, uid: name };
  return viewPolicy(aStoredObject('TenantPolicy', { metadata, spec }));
}

/** By these numbers of clauses that hold. */
function nearestOf(clauses: Readonly<Record<string, number>>): string {
  const nearest = decideNearest(
    'shop',
    Object.keys(clauses).map((name) => aPolicy(name)),
    ({ name }, others) => ({ clauses: clauses[name] ?? 0, says: `${name} beside ${others}` }),
  );
  return isMayflyError(nearest) ? nearest.code : nearest.says;
}

describe('the nearest verdict', () => {
  it('is the one with the most clauses that hold', () => {
    expect(nearestOf({ a: 1, b: 3, c: 2 })).toBe('b beside 2');
  });

  it('is the first by name of several that came as near', () => {
    expect(nearestOf({ c: 1, b: 2, a: 2 })).toBe('a beside 2');
  });

  it('is never that of a broken policy', () => {
    const policies = [aPolicy('broken', {}), aPolicy('valid')];
    const nearest = decideNearest('shop', policies, ({ name }, others) => ({
      clauses: 0,
      says: `${name} beside ${others}`,
    }));
    expect(nearest).toMatchObject({ says: 'valid beside 0' });
  });

  it('is an error that names the policies where all of them are broken', () => {
    const policies = [aPolicy('first', {}), aPolicy('second', {})];
    expect(decideNearest('shop', policies, () => ({ clauses: 4 }))).toMatchObject({
      code: 'MAYFLY_TENANCY_POLICY_INVALID',
      message: expect.stringMatching(/first, second.*shop/u),
    });
  });
});
