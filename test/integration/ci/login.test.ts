import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { canary } from '#test/support/canary/find-canary.ts';
import { readClaims } from '#test/support/ci/fake-token.ts';
import { openCiStage, type CiStage, type Started } from '#test/support/ci/open-ci-stage.ts';
import { openLoginIssuer, type LoginIssuer } from '#test/support/ci/open-login-issuer.ts';
import { until } from '#test/support/until.ts';

let issuer: LoginIssuer;
let stage: CiStage;
beforeAll(async () => {
  issuer = await openLoginIssuer();
});
afterAll(async () => {
  await issuer.close();
});
beforeEach(async () => {
  stage = await openCiStage();
  stage.broker.audiences.add(issuer.clientId);
  await writeFile(join(stage.root, 'issuer.pem'), issuer.caPem);
});
afterEach(async () => {
  await stage.close();
});

function start(...more: readonly string[]): Started {
  const login = ['--login', issuer.url, '--client-id', issuer.clientId];
  const ca = ['--login-ca', join(stage.root, 'issuer.pem')];
  const secret = ['--secret', 'TOKEN=vault:secret/shop#canary'];
  const script = ['--', 'sh', '-c', 'printf %s "$TOKEN" | wc -c'];
  return stage.start(['exec', ...login, ...ca, ...secret, ...more, ...script]);
}

const invitation = /open https:\S+ and confirm the code (?<code>[A-Z-]+)\n/u;

async function readCode(started: Started): Promise<string> {
  await until(() => invitation.test(started.err()));
  return invitation.exec(started.err())?.groups?.['code'] ?? '';
}

describe('the login of a person', () => {
  it('asks for a code to be confirmed, and asks the broker with the ID token', async () => {
    const started = start();
    await issuer.confirm(await readCode(started));
    expect(await started.ended).toMatchObject({ code: 0, stdout: `${canary.length}\n` });
    const [asked] = stage.broker.requests;
    const body = JSON.parse(asked?.body ?? '{}') as { token: string; ttl: string };
    expect(readClaims(body.token)).toMatchObject({ iss: issuer.url, aud: 'mayfly', sub: 'alice' });
    expect(body.ttl).toBe('10m');
    expect(stage.broker.leases.size).toBe(0);
  }, 20_000);

  it('is refused when the person refuses', async () => {
    const started = start();
    await issuer.refuse(await readCode(started));
    const { code, stderr } = await started.ended;
    expect(code).toBe(3);
    expect(stderr).toContain('(access_denied) [MAYFLY_CI_LOGIN_DENIED]');
    expect(stage.broker.requests).toEqual([]);
  }, 20_000);

  it('is for minutes', async () => {
    const { code, stderr } = await start('--ttl', '1h').ended;
    expect(code).toBe(2);
    expect(stderr).toContain('--login is for 15m at most');
  });

  it('is refused for a client that the issuer does not know', async () => {
    const { code, stderr } = await start('--client-id', 'another').ended;
    expect(code).toBe(3);
    expect(stderr).toContain('[MAYFLY_CI_LOGIN_DENIED]');
  });
});
