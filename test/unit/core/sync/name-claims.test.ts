import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { createNameClaims } from '#core/sync/name-claims.ts';

describe('the name of a Secret', () => {
  it('goes to the first by path, in whatever order they claim', () => {
    const paths = fc.uniqueArray(fc.string({ minLength: 1 }), { minLength: 1, maxLength: 8 });
    fc.assert(
      fc.property(paths, fc.nat(), (all, held) => {
        const claims = createNameClaims([['db', all[held % all.length] ?? '']]);
        for (const path of all) claims.claim('db', path);
        expect(claims.holder('db')).toBe(all.toSorted((a, b) => (a < b ? -1 : 1))[0]);
      }),
    );
  });

  it('tells who was overtaken and who holds it', () => {
    const claims = createNameClaims([['db', 'b']]);
    expect(claims.claim('db', 'c')).toEqual({ kind: 'refused', holder: 'b' });
    expect(claims.claim('db', 'a')).toEqual({ kind: 'granted', overtaken: 'b' });
    expect(claims.claim('db', 'a')).toEqual({ kind: 'granted', overtaken: null });
    expect(claims.claim('other', 'z')).toEqual({ kind: 'granted', overtaken: null });
    expect(claims.holder('nobody')).toBeNull();
  });
});
