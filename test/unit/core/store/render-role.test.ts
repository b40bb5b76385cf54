import { describe, expect, it } from '@jest/globals';
import { matchRolePattern, renderStoreRole } from '#core/store/render-role.ts';

describe('the role of a login', () => {
  it('is filled with who logs in', () => {
    const caller = { namespace: 'shop', serviceAccount: 'web' };
    expect(renderStoreRole('{{namespace}}-{{serviceAccount}}-{{namespace}}', caller)).toBe(
      'shop-web-shop',
    );
    expect(renderStoreRole('plain', caller)).toBe('plain');
  });

  it.each([
    ['app', 'app', true],
    ['app', 'apple', false],
    ['*', 'anything-{{serviceAccount}}', true],
    ['team-a-*', 'team-a-{{serviceAccount}}', true],
    ['team-a-*', 'team-b-app', false],
    ['*-reader', 'shop-reader', true],
    ['*-reader', 'reader', false],
    ['a*b*c', 'abc', true],
    ['a*b*c', 'acb', false],
    ['ab*ba', 'aba', false],
    ['{{namespace}}-*', 'shop-app', true],
    ['{{namespace}}-*', '{{namespace}}-app', true],
    ['{{namespace}}-*', 'other-app', false],
    ['{{serviceAccount}}', '{{serviceAccount}}', true],
    ['{{serviceAccount}}', 'web', false],
    ['web', '{{serviceAccount}}', false],
    ['*serviceAccount*', '{{serviceAccount}}', false],
  ])('pattern %s covers %s: %s', (pattern, role, isCovered) => {
    expect(matchRolePattern(pattern, role, 'shop')).toBe(isCovered);
  });
});
