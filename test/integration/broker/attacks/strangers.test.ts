import { describe, expect, it } from '@jest/globals';
import type { IssuerKind } from '#core/identity/identity.ts';
import { openJobScene, type JobScene } from '#test/support/broker/open-job-scene.ts';

async function withScene(
  kind: IssuerKind,
  play: (scene: JobScene) => Promise<void>,
): Promise<void> {
  const scene = await openJobScene(kind);
  try {
    await play(scene);
  } finally {
    await scene.close();
  }
}

/* See policies.test.ts for how each row is proven to need its defence. */
describe('jobs that run the code of strangers', () => {
  it('row 6: a pull request is refused also where an environment hides it, unless it is named', async () => {
    await withScene('github', async (scene) => {
      await scene.allow({ environment: ['prod'] });
      const sub = 'repo:octo-org/octo-repo:environment:prod';
      for (const event of ['pull_request', 'pull_request_target', 'workflow_run', undefined]) {
        expect(await scene.ask({ event_name: event, sub })).toBe('403 subjects[0].github.allow');
      }
      const pull = { event_name: 'push', ref: 'refs/pull/7/merge' };
      expect(await scene.ask(pull)).toBe('403 subjects[0].github.allow');
      await scene.allow({ allow: ['pullRequest'] });
      expect(await scene.ask({ event_name: 'pull_request_target' })).toBe(
        '403 subjects[0].github.allow',
      );
      expect(await scene.ask({ event_name: 'pull_request' })).toBe('granted');
    });
  });

  it('row 6: so is the pipeline of a merge request', async () => {
    await withScene('gitlab', async (scene) => {
      const denied = '403 subjects[0].gitlab.allow';
      expect(await scene.ask({ pipeline_source: 'merge_request_event' })).toBe(denied);
      expect(await scene.ask({ pipeline_source: undefined })).toBe(denied);
      expect(await scene.ask()).toBe('granted');
    });
  });

  it('row 7: a pipeline of a fork of GitLab is refused in the project that it runs in, and in its own', async () => {
    await withScene('gitlab', async (scene) => {
      const fork = { project_id: '99', project_path: 'stranger/my-project' };
      expect(await scene.ask(fork)).toBe('403 subjects[0].gitlab.allow');
      expect(await scene.ask({ job_project_id: '99' })).toBe('403 subjects[0].gitlab.allow');
      expect(await scene.ask()).toBe('granted');
    });
  });

  it('row 7: a build of a fork of CircleCI, whose project is that of its target, is refused', async () => {
    await withScene('circleci', async (scene) => {
      await scene.allow({ origin: ['github.com/shop/web'], ref: ['refs/heads/main'] });
      const denied = '403 subjects[0].circleci';
      const claim = 'oidc.circleci.com';
      expect(await scene.ask({ [`${claim}/vcs-ref`]: 'refs/heads/pull/7' })).toBe(
        `${denied}.allow`,
      );
      expect(await scene.ask({ [`${claim}/vcs-origin`]: 'github.com/stranger/web' })).toBe(
        `${denied}.origin`,
      );
      expect(await scene.ask({ [`${claim}/ssh-rerun`]: true })).toBe(`${denied}.allow`);
      expect(await scene.ask()).toBe('granted');
    });
  });
});
