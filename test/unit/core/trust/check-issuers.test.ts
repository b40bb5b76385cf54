import { expect, it } from '@jest/globals';
import { parseAccessPolicy } from '#core/api/parse-access-policy.ts';
import { parseTokenIssuer } from '#core/api/token-issuer.ts';
import { checkIssuers } from '#core/trust/check-issuers.ts';
import { githubSubject } from '#test/support/policies/a-policy.ts';
import { aStored } from '#test/support/policies/a-stored.ts';

const subjects = [
  { github: githubSubject },
  { pod: { issuer: 'gone', serviceAccounts: ['web'] } },
  { pod: { issuer: 'github', serviceAccounts: ['web'] } },
];
const grants = [{ store: 'vault', paths: ['a'], maxTtl: '1m' }];

it('a policy names TokenIssuers that there are, each of the system of its subject', () => {
  const policy = parseAccessPolicy(aStored('AccessPolicy', 'p', { subjects, grants }));
  const spec = { kind: 'github', issuer: 'https://token.test' };
  const issuer = parseTokenIssuer(aStored('TokenIssuer', 'github', spec));
  if (policy.kind === 'invalid' || issuer.kind === 'invalid') throw new Error('the spec is wrong');
  const errors = checkIssuers(policy.value, (name) => (name === 'github' ? issuer.value : null));
  expect(errors.map(({ code, message }) => [code, message])).toEqual([
    ['MAYFLY_POLICY_ISSUER_UNKNOWN', 'subjects[1].pod.issuer names no valid TokenIssuer'],
    ['MAYFLY_POLICY_ISSUER_KIND', 'subjects[2].pod.issuer names a TokenIssuer of kind github'],
  ]);
});
