import { expect, it } from '@jest/globals';
import { parseBuildkiteClaims } from '#core/identity/buildkite/parse-buildkite-claims.ts';
import { attributesOf, claimsOf } from '#test/support/issuer/claims-of.ts';

it('a job of Buildkite is known by its ids and slugs, whatever its sub is', () => {
  const identity = parseBuildkiteClaims(claimsOf('buildkite'));
  expect(attributesOf(identity)).toEqual({
    organizationId: '0184990a-477b-4fa8-9968-496074483aaa',
    pipelineId: '0184990a-477b-4fa8-9968-496074483bbb',
    clusterId: '0184990a-477b-4fa8-9968-496074483ccc',
    queueId: '0184990a-477b-4fa8-9968-496074483ddd',
    organization: 'acme-inc',
    pipeline: 'super-duper-app',
    branch: 'main',
    step: 'build',
    source: 'webhook',
    runnerEnvironment: 'buildkite-hosted',
    sha: '9f3182061f1e2cca4702c368cbc039b7dc9d4485',
  });
  const sub = '0184990a-477b-4fa8-9968-496074483bbb';
  expect(attributesOf(parseBuildkiteClaims(claimsOf('buildkite', { sub })))).toEqual(
    attributesOf(identity),
  );
  expect(identity.unit).toBe('0184990a-477b-4fa8-9968-496074483cee');
});

it('a build of Buildkite is seen at its address', () => {
  const url = 'https://buildkite.com/acme-inc/super-duper-app/builds/1';
  expect(parseBuildkiteClaims(claimsOf('buildkite')).runUrl).toBe(url);
  expect(parseBuildkiteClaims(claimsOf('buildkite', { pipeline_slug: '../x' })).runUrl).toBeNull();
});

it('a branch with an owner before a colon is of a fork', () => {
  expect([...parseBuildkiteClaims(claimsOf('buildkite')).exposures]).toEqual([]);
  const fork = parseBuildkiteClaims(claimsOf('buildkite', { build_branch: 'stranger:main' }));
  expect([...fork.exposures]).toEqual(['fork', 'pullRequest']);
});
