import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { openJobScene, type JobScene } from '#test/support/broker/open-job-scene.ts';
import { grantedValue } from '#test/support/broker/open-broker-on-http.ts';
import { frontBroker } from '#test/support/ci/front-broker.ts';
import { runAction, showLog } from '#test/support/ci/github-runner.ts';
import { openCiStage, type CiStage, type Environment } from '#test/support/ci/open-ci-stage.ts';
import { createFakeClock } from '#test/support/fake-clock.ts';
import { brokerAudience } from '#test/support/issuer/real-claims.ts';
import { answerJson, type AnsweringServer } from '#test/support/stores/create-answering-server.ts';

let scene: JobScene;
let front: AnsweringServer;
let stage: CiStage;
let env: Environment;
beforeEach(async () => {
  // A token says the second of its making, and one from before the broker is refused.
  const clock = createFakeClock(Math.floor(Date.now() / 1000) * 1000);
  scene = await openJobScene('github', { clock });
  front = await frontBroker(scene.broker.url);
  stage = await openCiStage();
  const ca = join(stage.root, 'front.pem');
  await writeFile(ca, front.caPem);
  const broker = { MAYFLY_BROKER: front.url, MAYFLY_BROKER_CA: ca, MAYFLY_POLICY: 'shop/release' };
  env = { ...stage.github, ...broker, MAYFLY_AUDIENCE: brokerAudience };
});
afterEach(async () => {
  await Promise.all([scene.close(), front.close(), stage.close()]);
});

/** What the token endpoint gives next, as GitHub signs it. */
function give(...tokens: readonly string[]): void {
  stage.endpoint.faults.push(...tokens.map((value) => answerJson({ value })));
}

async function readEvents(): Promise<readonly string[]> {
  return (await scene.broker.readAudit()).map(({ event }) => event);
}

const exec = ['exec', '--secret', 'PASSWORD=vault:app/db#password', '--file', 'DB=vault:app/db'];

describe('the broker itself', () => {
  it('gives a job of GitHub its values, and takes the lease back', async () => {
    give(scene.sign(), scene.sign());
    const script = 'printf %s "$PASSWORD" | wc -c; cat "$DB"';
    const { code, stdout, stderr } = await stage.run([...exec, '--', 'sh', '-c', script], env);
    expect({ code, stdout }).toEqual({
      code: 0,
      stdout: `${grantedValue.length}\n{"password":"${grantedValue}","user":"shop"}\n`,
    });
    expect(showLog(stderr)).toBe('');
    expect(await readEvents()).toEqual(expect.arrayContaining(['exchange', 'revocation']));
  });

  it('gives the Action its values, and takes the lease back after the job', async () => {
    give(scene.sign(), scene.sign());
    const broker = { broker: front.url, ca: front.caPem, policy: 'shop/release' };
    const inputs = { ...broker, audience: brokerAudience, secrets: 'P=vault:app/db#password' };
    const step = await runAction(stage, inputs);
    expect({ code: step.code, variables: step.variables }).toEqual({
      code: 0,
      variables: { P: grantedValue },
    });
    expect((await runAction(stage, inputs, { state: step.state })).code).toBe(0);
    expect(await readEvents()).toEqual(expect.arrayContaining(['exchange', 'revocation']));
  });

  it('denies a pull request, and its log tells why under the audit id', async () => {
    give(scene.sign({ event_name: 'pull_request_target' }));
    const { code, stderr } = await stage.run([...exec, '--', 'true'], env);
    expect(code).toBe(3);
    const id = /under (?<id>\S+) \[MAYFLY_CI_DENIED\]/u.exec(stderr)?.groups?.['id'];
    const record = (await scene.broker.readAudit()).find((each) => each.id === id);
    expect(String(record?.fields['clause'])).toContain('.allow');
  });

  it('takes a token once', async () => {
    const token = scene.sign();
    give(token, scene.sign(), token);
    expect(await stage.run([...exec, '--', 'true'], env)).toMatchObject({ code: 0 });
    const other = ['exec', '--secret', 'USER_NAME=vault:app/db#user', '--', 'true'];
    const again = await stage.run(other, env);
    expect(again.code).toBe(3);
    expect(again.stderr).toContain('[MAYFLY_CI_DENIED]');
  });

  it('says that there is no such key', async () => {
    give(scene.sign());
    const args = ['exec', '--secret', 'P=vault:app/db#nothing', '--', 'true'];
    const { code, stderr } = await stage.run(args, env);
    expect(code).toBe(2);
    const told = /\(MAYFLY_BROKER_KEY_MISSING\); .* under (\S+) \[MAYFLY_CI_VALUE_MISSING\]/u;
    const [, id = ''] = told.exec(stderr) ?? [];
    const record = (await scene.broker.readAudit()).find((each) => each.id === id);
    expect(record?.fields['reason']).toContain('there is no key nothing');
  });
});
