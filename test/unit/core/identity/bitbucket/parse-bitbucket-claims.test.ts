import { expect, it } from '@jest/globals';
import { parseBitbucketClaims } from '#core/identity/bitbucket/parse-bitbucket-claims.ts';
import { attributesOf, claimsOf } from '#test/support/issuer/claims-of.ts';

it('a step of Bitbucket is known by its ids, without braces', () => {
  const identity = parseBitbucketClaims(claimsOf('bitbucket'));
  expect(attributesOf(identity)).toEqual({
    workspaceId: 'f5e4d3c2-b1a0-4f9e-8d7c-6b5a49382716',
    repositoryId: '437da666-7aab-4b60-a947-ec542536ca0d',
    environmentId: 'b8e1c2a0-92a7-4e0c-9d41-6d3e2f1a0b9c',
    accountId: '8a1fdada-cbc0-452c-81ce-07534945e18b',
    branch: 'main',
  });
  expect(identity.unit).toBe('e1b2d3c4-5f60-4718-92a3-b4c5d6e7f809');
});

it('half a pair of braces, or two, is another text', () => {
  for (const id of ['{a', 'a}', '{{a}}', '{}']) {
    expect(
      parseBitbucketClaims(claimsOf('bitbucket', { repositoryUuid: id })).attributes.get(
        'repositoryId',
      ),
    ).toBe(id);
  }
});
