import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { openJobScene, type JobScene } from '#test/support/broker/open-job-scene.ts';

/*
 * Rows of the table of attacks on brokers. Each is asked for over HTTP and refused for the reason that the audit log names,
 * and so is proven to need its defence: the same request without what makes it an attack is granted.
 */
describe('policies that let too many in', () => {
  let scene: JobScene;

  beforeAll(async () => {
    scene = await openJobScene('github');
  });
  beforeEach(async () => await scene.allow());
  afterAll(async () => await scene.close());

  const ref = '403 subjects[0].github.ref';
  /** One that the lint refuses is as if it were not there. */
  const noPolicy = '403 policy';

  it('row 1: an alternation or an end that is left open matches nothing more', async () => {
    await scene.allow({ ref: ['refs/heads/main|refs/heads/evil', 'refs/heads/(main)?'] });
    expect(await scene.ask({ ref: 'refs/heads/evil' })).toBe(ref);
    await scene.allow({ ref: ['refs/heads/release-*'] });
    for (const evil of ['refs/heads/release-1/evil', 'x/refs/heads/release-1', 'refs/heads/evil']) {
      expect(await scene.ask({ ref: evil })).toBe(ref);
    }
    expect(await scene.ask({ ref: 'refs/heads/release-1' })).toBe('granted');
  });

  /* What it costs is counted in the tests of globs. */
  it('row 2: a pattern that makes regular expressions hang is decided', async () => {
    const pattern = `refs/heads/${'a-*'.repeat(100)}b`;
    await scene.allow({ ref: [pattern, 'refs/heads/(a+)+$'] });
    expect(await scene.ask({ ref: `refs/heads/${'a-'.repeat(3000)}` })).toBe(ref);
    expect(await scene.ask({ ref: `refs/heads/${'a-'.repeat(150)}b` })).toBe('granted');
  });

  it('row 4: a policy for an issuer of many tenants that tests no tenant is none', async () => {
    await scene.allow({ ownerId: undefined, repositoryId: undefined });
    expect(await scene.ask()).toBe(noPolicy);
    await scene.allow({ ownerId: undefined });
    expect(await scene.ask()).toBe('granted');
  });

  it('row 5: a wildcard in what tells tenants apart is none, and one elsewhere stays in its segment', async () => {
    for (const change of [{ repositoryId: ['7*'] }, { repository: ['octo-org/*'] }]) {
      await scene.allow(change);
      expect(await scene.ask()).toBe(noPolicy);
    }
    await scene.allow({ ref: ['*'] });
    expect(await scene.ask()).toBe(noPolicy);
    await scene.allow({ ref: ['refs/heads/release/*'] });
    expect(await scene.ask({ ref: 'refs/heads/release/1/evil' })).toBe(ref);
    expect(await scene.ask({ ref: 'refs/heads/release/1' })).toBe('granted');
  });

  it('row 8: who took over a name is not who had it, in either generation of the subject', async () => {
    const names = { repository: ['octo-org/octo-repo'] };
    await scene.allow({ ...names, repositoryId: undefined, ownerId: undefined });
    expect(await scene.ask()).toBe(noPolicy);
    await scene.allow(names);
    expect(await scene.ask({ repository_id: '75' })).toBe('403 subjects[0].github.repositoryId');
    expect(await scene.ask({ repository_owner_id: '66' })).toBe('403 subjects[0].github.ownerId');
    expect(await scene.ask({ repository: 'octo-org/0cto-repo' })).toBe(
      '403 subjects[0].github.repository',
    );
    for (const sub of [
      'repo:octo-org/octo-repo:ref:refs/heads/main',
      'repo:octo-org@65/octo-repo@74:ref:refs/heads/main',
    ]) {
      expect(await scene.ask({ sub })).toBe('granted');
    }
  });

  it('row 9: the name of a branch or an environment says nothing of other claims', async () => {
    await scene.allow({ ref: ['refs/tags/v1'] });
    expect(await scene.ask({ ref: 'refs/heads/x/refs/tags/v1' })).toBe(ref);
    await scene.allow({ environment: ['prod'] });
    for (const environment of ['prod:ref:refs/heads/main', 'x:environment:prod', 'prod%3Ax']) {
      const sub = `repo:octo-org/octo-repo:environment:${environment}`;
      expect(await scene.ask({ environment, sub })).toBe('403 subjects[0].github.environment');
    }
    expect(await scene.ask({ environment: 'prod' })).toBe('granted');
  });

  it('row 10: an environment alone, which every writer can make, is no policy', async () => {
    await scene.allow({ ref: undefined, environment: ['prod'] });
    expect(await scene.ask()).toBe(noPolicy);
    await scene.allow({ environment: ['prod'] });
    expect(await scene.ask({ ref: 'refs/heads/evil' })).toBe(ref);
    expect(await scene.ask()).toBe('granted');
  });

  it('row 11: a job on a machine of its own is told from one on a hosted machine', async () => {
    await scene.allow({ runnerEnvironment: ['github-hosted'] });
    const denied = '403 subjects[0].github.runnerEnvironment';
    expect(await scene.ask({ runner_environment: 'self-hosted' })).toBe(denied);
    expect(await scene.ask()).toBe('granted');
  });

  it('row 23: what a token does not say never matches', async () => {
    await scene.allow({ refProtected: true });
    for (const told of [undefined, '', null, 'maybe']) {
      expect(await scene.ask({ ref_protected: told })).toBe('403 subjects[0].github.refProtected');
    }
    expect(await scene.ask({ ref: undefined })).toBe(ref);
    expect(await scene.ask()).toBe('granted');
  });
});
