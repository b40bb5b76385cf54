import { expect, it } from '@jest/globals';
import { parseGenericClaims } from '#core/identity/generic/parse-generic-claims.ts';
import { attributesOf, claimsOf } from '#test/support/issuer/claims-of.ts';

it('whoever asks with a token of any issuer is known by its claims', () => {
  expect(attributesOf(parseGenericClaims(claimsOf('generic')))).toEqual({
    subject: 'machine-7',
    'claims.sub': 'machine-7',
    'claims.email': 'machine-7@example.org',
    'claims.level': '3',
    'claims.admin': 'true',
    'claims.groups': ['ops', 'web'],
  });
});

it('a claim cannot be taken for the subject', () => {
  expect(
    parseGenericClaims(claimsOf('generic', { subject: 'admin' })).attributes.get('subject'),
  ).toBe('machine-7');
});
