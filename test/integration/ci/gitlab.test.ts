import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { existsSync } from 'node:fs';
import { canary, findCanary } from '#test/support/canary/find-canary.ts';
import { runGitlabJob } from '#test/support/ci/gitlab-runner.ts';
import { openCiStage, type CiStage } from '#test/support/ci/open-ci-stage.ts';
import { answerJson } from '#test/support/stores/create-answering-server.ts';

let stage: CiStage;
let inputs: Readonly<Record<string, string>>;
beforeEach(async () => {
  stage = await openCiStage();
  inputs = {
    broker: stage.broker.url,
    policy: 'shop/ci',
    files,
  };
});
afterEach(async () => {
  await stage.close();
});

const files = 'KEY=vault:secret/shop#canary PEM=vault:secret/shop#pem';
const folder = `/dev/shm/mayfly-${process.pid}`;

describe('the GitLab component', () => {
  it('gives a job its files, and takes everything away afterwards', async () => {
    const { script, after } = await runGitlabJob(stage, inputs, [
      'echo "$KEY"',
      'wc -c < "$KEY"',
      'stat -L -c %a "$PEM"',
    ]);
    expect(script).toMatchObject({ code: 0, stdout: `${folder}/KEY\n${canary.length}\n600\n` });
    const stderr = 'mayfly: files removed\nmayfly: lease given back\n';
    expect(after).toMatchObject({ code: 0, stderr });
    expect(findCanary(JSON.stringify([script, after]))).toEqual([]);
    expect(existsSync(folder)).toBe(false);
    expect(stage.broker.leases.size).toBe(0);
  });

  it('takes everything away after a script that failed', async () => {
    const { script, after } = await runGitlabJob(stage, inputs, ['exit 3']);
    expect([script.code, after.code]).toEqual([3, 0]);
    expect(existsSync(folder)).toBe(false);
    expect(stage.broker.leases.size).toBe(0);
  });

  it('ends a job that is denied before its script begins', async () => {
    const denied = { ...inputs, policy: 'shop/other' };
    const { script, after } = await runGitlabJob(stage, denied, ['echo begun']);
    expect(script).toMatchObject({ code: 3, stdout: '' });
    expect(script.stderr).toContain('under audit-1 [MAYFLY_CI_DENIED]');
    expect(after.code).toBe(0);
  });

  it('sets up mayfly exec for jobs that want variables, masked', async () => {
    const exec = `mayfly exec -s TOKEN=vault:secret/shop#canary -- sh -c 'echo "it is $TOKEN"'`;
    const { script } = await runGitlabJob(stage, { ...inputs, files: '' }, [exec]);
    expect(script).toMatchObject({ code: 0, stdout: 'it is [MASKED]\n', stderr: '' });
  });

  it('waits for a broker that comes back', async () => {
    stage.broker.faults.push(answerJson({}, 503));
    const { script } = await runGitlabJob(stage, inputs, ['echo begun']);
    expect(script).toMatchObject({ code: 0, stdout: 'begun\n' });
    expect(script.stderr).toContain('trying again in 1 s');
  });
});
