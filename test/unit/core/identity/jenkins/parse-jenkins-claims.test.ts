import { expect, it } from '@jest/globals';
import { parseJenkinsClaims } from '#core/identity/jenkins/parse-jenkins-claims.ts';
import { attributesOf, claimsOf } from '#test/support/issuer/claims-of.ts';

it('a job of Jenkins is known by its address and whatever its administrator has claimed', () => {
  const identity = parseJenkinsClaims(claimsOf('jenkins'));
  expect(attributesOf(identity)).toEqual({
    job: 'https://jenkins.example.org/job/shop/job/web/',
    'claims.sub': 'https://jenkins.example.org/job/shop/job/web/',
    'claims.build_number': '42',
    'claims.branch_name': 'main',
  });
  expect(identity.runUrl).toBe('https://jenkins.example.org/job/shop/job/web/42/');
  expect(identity.unit).toBe(identity.runUrl);
});

it('a job of Jenkins with another sub is seen nowhere', () => {
  for (const sub of ['shop/web', 'javascript:alert(1)/', 'https://user@jenkins.example.org/']) {
    expect(parseJenkinsClaims(claimsOf('jenkins', { sub })).runUrl).toBeNull();
  }
});
