import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { readFile } from 'node:fs/promises';
import type { ServerResponse } from 'node:http';
import { join } from 'node:path';
import { root } from '#test/support/arch/source-files.ts';
import { findCanary } from '#test/support/canary/find-canary.ts';
import { showLog } from '#test/support/ci/github-runner.ts';
import {
  openCiStage,
  startProgram,
  type CiStage,
  type Ended,
  type Environment,
} from '#test/support/ci/open-ci-stage.ts';
import { answerJson } from '#test/support/stores/create-answering-server.ts';

let stage: CiStage;
beforeEach(async () => {
  stage = await openCiStage();
});
afterEach(async () => {
  await stage.close();
});

async function exec(env: Environment = {}, ...more: readonly string[]): Promise<Ended> {
  const args = ['exec', '--secret', 'TOKEN=vault:secret/shop#canary', ...more];
  const ended = await stage.run([...args, '--', 'echo', 'ran'], { ...stage.github, ...env });
  return { ...ended, stderr: showLog(ended.stderr) };
}

function busy(status: number) {
  return (response: ServerResponse): void => {
    response.writeHead(status, { 'retry-after': '1' }).end('{}');
  };
}

describe('what heals', () => {
  it.each([429, 503])('is waited for when the broker answers %i', async (status) => {
    stage.broker.faults.push(busy(status));
    const ended = await exec();
    expect(ended).toMatchObject({ code: 0, stdout: 'ran\n' });
    expect(ended.stderr).toMatch(/; trying again in [12] s, for 2 minutes at most$/mu);
    const [first, second] = stage.broker.requests;
    expect(second?.body).toBe(first?.body);
  });

  it('is waited for when the token endpoint is busy', async () => {
    stage.endpoint.faults.push(busy(503));
    expect(await exec()).toMatchObject({ code: 0, stdout: 'ran\n' });
  });
});

describe('what does not heal', () => {
  it.each([
    {
      when: 'the policy denies',
      args: ['--policy', 'shop/other'],
      code: 'MAYFLY_CI_DENIED',
      exit: 3,
    },
    {
      when: 'the token is for others',
      args: ['--audience', 'other'],
      code: 'MAYFLY_CI_TOKEN_REFUSED',
      exit: 3,
    },
    {
      when: 'the policy has no namespace',
      args: ['--policy', 'ci'],
      code: 'MAYFLY_CLI_USAGE',
      exit: 2,
    },
    {
      when: 'the broker has no TLS',
      args: ['--broker', 'http://127.0.0.1'],
      code: 'MAYFLY_CI_ADDRESS',
      exit: 2,
    },
    {
      when: 'the broker has a path',
      args: ['--broker', 'https://a/b'],
      code: 'MAYFLY_CI_ADDRESS',
      exit: 2,
    },
    { when: 'a reference is none', args: ['-s', 'A=b'], code: 'MAYFLY_CI_SECRET', exit: 2 },
    {
      when: 'a login lacks its client',
      args: ['--login', 'https://id'],
      code: 'MAYFLY_CLI_USAGE',
      exit: 2,
    },
    {
      when: 'the token is no token',
      args: ['--token-env', 'GITHUB_ACTIONS'],
      code: 'MAYFLY_CI_TOKEN_SHAPE',
      exit: 2,
    },
    {
      when: 'the token file is missing',
      args: ['--token-file', '/nowhere'],
      code: 'MAYFLY_FILE_MISSING',
      exit: 2,
    },
  ])('is told at once when $when', async ({ args, code, exit }) => {
    const ended = await exec({}, ...args);
    expect(ended).toMatchObject({ code: exit, stdout: '' });
    expect(ended.stderr).toContain(`[${code}]`);
    expect(stage.broker.leases.size).toBe(0);
  });

  it.each([
    { body: { error: 'invalid', problems: [] }, status: 400, told: '(400 without a code)' },
    { body: { error: 'MAYFLY_X' }, status: 422, told: '(422 MAYFLY_X)' },
  ])('is a request that the broker takes to be wrong, $told', async ({ body, status, told }) => {
    stage.broker.faults.push(answerJson(body, status));
    const { code, stderr } = await exec();
    expect(code).toBe(2);
    expect(stderr).toContain(`${told} [MAYFLY_CI_REFUSED]`);
  });

  it('is a redirect', async () => {
    stage.broker.faults.push((response) => response.writeHead(302, { location: '/' }).end());
    expect((await exec()).stderr).toContain('[MAYFLY_CI_REDIRECT]');
  });

  it('is an answer over four megabytes', async () => {
    stage.broker.faults.push((response) => response.end(Buffer.alloc(5 << 20)));
    expect((await exec()).stderr).toContain('[MAYFLY_CI_TOO_LARGE]');
  });

  it('is a certificate that nobody knows', async () => {
    expect((await exec({ MAYFLY_BROKER_CA: '' })).stderr).toContain('[MAYFLY_CI_CERTIFICATE]');
  });

  it('is a token endpoint that refuses', async () => {
    stage.endpoint.faults.push(answerJson({}, 403));
    expect((await exec()).stderr).toContain('answered with status 403 [MAYFLY_CI_TOKEN_NONE]');
  });

  it('is a value that cannot be masked, unless that is allowed', async () => {
    stage.broker.values.set('vault:secret/shop#canary', 'abc');
    const refused = await exec();
    expect(refused).toMatchObject({ code: 3, stdout: '' });
    expect(refused.stderr).toContain('[MAYFLY_CI_MASK_SHORT]');
    const allowed = await exec({}, '--allow-short');
    expect(allowed).toMatchObject({ code: 0, stdout: 'ran\n' });
    expect(allowed.stderr).toContain('the value of TOKEN is too short to be masked');
  });

  it('is a value that no variable can hold', async () => {
    stage.broker.values.set('vault:secret/shop#canary', Uint8Array.of(0xff, 0, 1, 2, 3, 4));
    const ended = await exec();
    expect(ended).toMatchObject({ code: 2, stdout: '' });
    expect(ended.stderr).toContain('[MAYFLY_FORMAT_VARIABLE]');
    expect(stage.broker.leases.size).toBe(0);
  });
});

it('no value gets into a file that keeps what is said for people', async () => {
  const kept = join(stage.root, 'kept.log');
  const args = ['exec', '--secret', 'TOKEN=vault:secret/shop#canary', '--', 'printenv', 'TOKEN'];
  const command = [process.execPath, join(root, 'src/main.ts'), ...args];
  const { code, stdout } = await startProgram(
    ['sh', '-c', 'exec "$@" 2> "$KEPT"', 'sh', ...command],
    { cwd: stage.workspace, env: { ...stage.env, ...stage.github, KEPT: kept } },
  ).ended;
  expect({ code, stdout }).toEqual({ code: 0, stdout: '[MASKED]\n' });
  expect(findCanary(await readFile(kept, 'utf8'))).toEqual([]);
});
