import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { existsSync, statSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { canary, findCanary } from '#test/support/canary/find-canary.ts';
import { runAction } from '#test/support/ci/github-runner.ts';
import { openCiStage, type CiStage } from '#test/support/ci/open-ci-stage.ts';
import { answerJson } from '#test/support/stores/create-answering-server.ts';

let stage: CiStage;
let inputs: Readonly<Record<string, string>>;
beforeEach(async () => {
  stage = await openCiStage();
  const { url, caPem } = stage.broker;
  inputs = { broker: url, ca: caPem, policy: 'shop/ci' };
});
afterEach(async () => {
  await stage.close();
});

const secrets = 'TOKEN=vault:secret/shop#canary';
const files = 'KEY=vault:secret/shop#pem\n\n  DOCKER_CONFIG=vault:secret/registry\n';
const formats = 'DOCKER_CONFIG=docker-config';

describe('the GitHub Action', () => {
  it('hands values to later steps, and takes everything away at the end of the job', async () => {
    const step = await runAction(stage, { ...inputs, secrets, files, formats });
    expect({ code: step.code, log: step.log }).toEqual({ code: 0, log: '' });
    const { KEY = '', DOCKER_CONFIG = '', ...variables } = step.variables;
    expect(variables).toEqual({ TOKEN: canary });
    expect(await readFile(KEY, 'utf8')).toBe(`-----BEGIN KEY-----\n${canary}\n-----END KEY-----\n`);
    expect(statSync(KEY).mode & 0o777).toBe(0o600);
    expect(JSON.parse(await readFile(`${DOCKER_CONFIG}/config.json`, 'utf8'))).toMatchObject({
      auths: { 'r.example': { username: 'u', password: canary } },
    });
    expect(step.masks).toEqual(expect.arrayContaining([canary, 'r.example']));
    expect(step.outputs).toMatchObject({
      'audit-id': 'audit-1',
      folder: KEY.replace(/\/KEY$/u, ''),
    });
    expect(stage.broker.leases.size).toBe(1);
    const post = await runAction(stage, inputs, { state: step.state });
    expect({ code: post.code, log: post.log }).toEqual({
      code: 0,
      log: 'mayfly: files removed\nmayfly: lease given back\n',
    });
    expect(existsSync(KEY)).toBe(false);
    expect(await stage.left()).toEqual([]);
    expect(stage.broker.leases.size).toBe(0);
  });

  it('asks for a token that is for the broker, and shows no value in any state', async () => {
    const { state, outputs } = await runAction(stage, { ...inputs, secrets, files });
    expect(findCanary(JSON.stringify([state, outputs]))).toEqual([]);
    const [asked] = stage.endpoint.requests;
    expect(asked?.path).toBe(
      `/token?api-version=2.0&audience=${encodeURIComponent(stage.broker.url)}`,
    );
  });

  it('hands over a value of many lines as one, whatever the lines say', async () => {
    const lines = 'one\nPATH=/elsewhere\nLD_PRELOAD<<EOF\nx\nEOF\n';
    stage.broker.values.set('vault:secret/shop#lines', lines);
    const { variables } = await runAction(stage, {
      ...inputs,
      secrets: 'LINES=vault:secret/shop#lines',
    });
    expect(variables).toEqual({ LINES: lines });
  });

  it('asks for nothing at the end of a job whose step was denied', async () => {
    stage.broker.faults.push(answerJson({ error: 'denied' }, 403));
    const step = await runAction(stage, { ...inputs, secrets, files });
    expect(step.code).toBe(3);
    const asked = stage.broker.requests.length;
    const post = await runAction(stage, { ...inputs, secrets, files }, { state: step.state });
    expect({ code: post.code, log: post.log, variables: post.variables }).toEqual({
      code: 0,
      log: '',
      variables: {},
    });
    expect(stage.broker.requests).toHaveLength(asked);
    expect(await stage.left()).toEqual([]);
  });

  it('says what a job lacks that may not ask for tokens', async () => {
    const env = { ACTIONS_ID_TOKEN_REQUEST_URL: '' };
    const { code, log } = await runAction(stage, { ...inputs, secrets }, { env });
    expect(code).toBe(2);
    expect(log).toContain('permissions: id-token: write" [MAYFLY_CI_TOKEN_NONE]');
  });

  it.each([
    { what: 'no broker', change: { broker: '' }, code: 'MAYFLY_CLI_USAGE' },
    { what: 'a broker without TLS', change: { broker: 'http://x' }, code: 'MAYFLY_CI_ADDRESS' },
    { what: 'a policy without its namespace', change: { policy: 'ci' }, code: 'MAYFLY_CLI_USAGE' },
    { what: 'nothing to ask for', change: { secrets: '' }, code: 'MAYFLY_CI_SECRET' },
    { what: 'an odd flag', change: { 'allow-disk': 'yes' }, code: 'MAYFLY_CLI_USAGE' },
    { what: 'an odd ttl', change: { ttl: 'soon' }, code: 'MAYFLY_CLI_USAGE' },
    { what: 'certificates that are none', change: { ca: 'x' }, code: 'MAYFLY_CI_CA_INVALID' },
  ])('refuses $what', async ({ change, code }) => {
    const step = await runAction(stage, { ...inputs, secrets, ...change });
    expect(step.code).toBe(2);
    expect(step.log).toContain(`[${code}]`);
  });

  it('ends quietly when the lease cannot be given back', async () => {
    const step = await runAction(stage, { ...inputs, files });
    stage.broker.faults.push(answerJson({}, 503));
    const post = await runAction(stage, inputs, { state: step.state });
    expect(post.code).toBe(0);
    expect(post.log).toContain('a lease was not given back and ends by itself');
    expect(post.log).not.toContain('lease given back');
    expect(await stage.left()).toEqual([]);
  });

  it('leaves nothing when the runner takes no variables', async () => {
    const env = { GITHUB_ENV: '/nowhere/env' };
    const { code, log } = await runAction(stage, { ...inputs, files }, { env });
    expect(code).toBe(75);
    expect(log).toContain('[MAYFLY_FILE_WRITE_FAILED]');
    expect(await stage.left()).toEqual([]);
    expect(stage.broker.leases.size).toBe(0);
  });
});
