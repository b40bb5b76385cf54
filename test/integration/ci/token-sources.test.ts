import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { chmod, mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { makeFakeToken } from '#test/support/ci/fake-token.ts';
import { openCiStage, type CiStage, type Environment } from '#test/support/ci/open-ci-stage.ts';

let stage: CiStage;
beforeEach(async () => {
  stage = await openCiStage();
});
afterEach(async () => {
  await stage.close();
});

/** A program of a CI system that prints its arguments to a file and a token for whom it was asked. */
async function addProgram(name: string, argument: string): Promise<string> {
  const folder = join(stage.root, 'bin');
  await mkdir(folder, { recursive: true });
  const token = makeFakeToken(stage.broker.url);
  const script = `#!/bin/sh\ncase "$*" in *${JSON.stringify(argument)}*) echo ${token};; *) exit 9;; esac\n`;
  await writeFile(join(folder, name), script);
  await chmod(join(folder, name), 0o755);
  return `${folder}:${stage.env['PATH'] ?? ''}`;
}

async function exchange(env: Environment, ...more: readonly string[]) {
  return await stage.run(
    ['exchange', '-s', 'T=vault:secret/shop#canary', '-o', 'json', ...more],
    env,
  );
}

describe('the token of a job', () => {
  it('of GitLab stands in a variable', async () => {
    const token = makeFakeToken(stage.broker.url);
    expect(await exchange({ GITLAB_CI: 'true', MAYFLY_ID_TOKEN: token })).toMatchObject({
      code: 0,
    });
    expect(await exchange({ JOB_JWT: token }, '--token-env', 'JOB_JWT')).toMatchObject({ code: 0 });
  });

  it('of Azure DevOps is asked for with the credential of the job', async () => {
    const env = {
      TF_BUILD: 'True',
      SYSTEM_OIDCREQUESTURI: `${stage.endpoint.url}/oidctoken`,
      SYSTEM_ACCESSTOKEN: stage.endpoint.credential,
      AZURESUBSCRIPTION_SERVICE_CONNECTION_ID: 'a connection',
    };
    const { code, stderr } = await exchange(env);
    expect(code).toBe(0);
    expect(stderr).toContain('##vso[task.setsecret]');
    const [asked] = stage.endpoint.requests;
    expect(asked).toMatchObject({
      method: 'POST',
      path: '/oidctoken?api-version=7.1&serviceConnectionId=a%20connection',
    });
  });

  it('of Buildkite is printed by its agent', async () => {
    const path = await addProgram(
      'buildkite-agent',
      `oidc request-token --audience ${stage.broker.url}`,
    );
    expect(await exchange({ BUILDKITE: 'true', PATH: path })).toMatchObject({ code: 0 });
  });

  it('of CircleCI is printed by its command, for the broker', async () => {
    const path = await addProgram(
      'circleci',
      `run oidc get --claims {"aud":"${stage.broker.url}"}`,
    );
    expect(await exchange({ CIRCLECI: 'true', PATH: path })).toMatchObject({ code: 0 });
  });

  it('of CircleCI without the command is that for the organisation', async () => {
    const env = { CIRCLECI: 'true', CIRCLE_OIDC_TOKEN_V2: makeFakeToken(stage.broker.url) };
    expect(await exchange(env)).toMatchObject({ code: 0 });
    const { code, stderr } = await exchange({ CIRCLECI: 'true' });
    expect(code).toBe(2);
    expect(stderr).toContain('circleci is not there [MAYFLY_CI_TOKEN_NONE]');
  });

  it('of Bitbucket stands in a variable', async () => {
    const env = { BITBUCKET_STEP_OIDC_TOKEN: makeFakeToken(stage.broker.url) };
    expect(await exchange(env)).toMatchObject({ code: 0 });
  });

  it('may be in a file', async () => {
    const file = join(stage.root, 'token');
    await writeFile(file, `${makeFakeToken(stage.broker.url)}\n`);
    expect(await exchange({}, '--token-file', file)).toMatchObject({ code: 0 });
    expect(await exchange({ MAYFLY_ID_TOKEN_FILE: file })).toMatchObject({ code: 0 });
  });

  it.each([
    { env: {}, says: 'this is no job of a CI system that is known' },
    { env: { GITLAB_CI: 'true' }, says: 'id_tokens' },
    { env: { TF_BUILD: 'True' }, says: 'System.AccessToken' },
    { env: { BITBUCKET_BUILD_NUMBER: '7' }, says: 'oidc: true' },
    { env: { BUILDKITE: 'true' }, says: 'buildkite-agent is not there' },
  ])('is missed with words that help: $says', async ({ env, says }) => {
    const { code, stderr } = await exchange(env);
    expect(code).toBe(2);
    expect(stderr).toContain(says);
    expect(stderr).toContain('[MAYFLY_CI_TOKEN_NONE]');
  });
});
