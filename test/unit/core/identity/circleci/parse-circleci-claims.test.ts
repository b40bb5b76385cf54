import { expect, it } from '@jest/globals';
import { parseCircleciClaims } from '#core/identity/circleci/parse-circleci-claims.ts';
import { attributesOf, claimsOf } from '#test/support/issuer/claims-of.ts';

const org = '7c1f3b0e-0b51-4d0e-9c8b-6f0d3cbd3e55';
const project = '2b1a8f6e-31e6-4b7f-8e43-0c7b4ff1a6d2';
const user = '5f0a9b52-52f5-4a37-a6e1-6f3f7f0d9d11';

it('a job of CircleCI is known by its ids, with either version of the token', () => {
  const second = attributesOf(parseCircleciClaims(claimsOf('circleci')));
  expect(second).toEqual({
    organizationId: org,
    projectId: project,
    contextIds: ['a74579f1-2e7d-451e-b009-5c082ad2729e'],
    origin: 'github.com/shop/web',
    ref: 'refs/heads/main',
    definitionId: '6e2d4c1b-7a80-4f5a-9b3c-2d1e0f9a8b43',
    userId: user,
    sshRerun: 'false',
  });
  const first = { sub: `org/${org}/project/${project}/user/${user}` };
  expect(attributesOf(parseCircleciClaims(claimsOf('circleci', first)))).toEqual(second);
  expect(parseCircleciClaims(claimsOf('circleci')).unit).toBe(
    '0d0f4f0e-8f55-44f0-b2d1-1f4d8f3f4f10',
  );
});

it('no user is read from a sub of another shape', () => {
  const { attributes } = parseCircleciClaims(
    claimsOf('circleci', { sub: `x/org/a/project/b/user/${user}` }),
  );
  expect(attributes.has('userId')).toBe(false);
});

it.each([
  [{}, []],
  [{ 'oidc.circleci.com/ssh-rerun': true }, ['sshRerun']],
  [{ 'oidc.circleci.com/ssh-rerun': undefined }, ['sshRerun']],
  [{ 'oidc.circleci.com/ssh-rerun': 'false' }, ['sshRerun']],
  [{ 'oidc.circleci.com/vcs-ref': 'refs/pull/12/head' }, ['fork', 'pullRequest']],
  [{ 'oidc.circleci.com/vcs-ref': 'refs/heads/pull/12' }, ['fork', 'pullRequest']],
  [{ 'oidc.circleci.com/vcs-ref': 'refs/heads/pull-up' }, []],
])('a job of CircleCI with %j is exposed by %j', (change, exposures) => {
  expect([...parseCircleciClaims(claimsOf('circleci', change)).exposures]).toEqual(exposures);
});
