import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { createLoginSource } from '#roles/ci/token/login/create-login-source.ts';
import { createSystemClock } from '#platform/time/system-clock.ts';
import { createFakeCiWorld } from '#test/support/ci/fake-ci-world.ts';
import { makeFakeToken } from '#test/support/ci/fake-token.ts';
import {
  createAnsweringServer,
  type AnsweringServer,
} from '#test/support/stores/create-answering-server.ts';
import { expectCode } from '#test/support/expect-code.ts';

let server: AnsweringServer;
beforeEach(async () => {
  server = await createAnsweringServer();
});
afterEach(async () => {
  await server.close();
});

/** Answers its routes in turn; the last answer of a route stays. */
function serve(routes: Readonly<Record<string, readonly object[]>>): void {
  const counts = new Map<string, number>();
  server.answer((response, { path }) => {
    const count = counts.get(path) ?? 0;
    counts.set(path, count + 1);
    const answers = routes[path] ?? [];
    const answer = answers[Math.min(count, answers.length - 1)] ?? {};
    response.writeHead('error' in answer ? 400 : 200).end(JSON.stringify(answer));
  });
}

function discovery(change: object = {}): readonly object[] {
  const { url } = server;
  const endpoints = {
    device_authorization_endpoint: `${url}/device`,
    token_endpoint: `${url}/token`,
  };
  return [{ issuer: url, ...endpoints, ...change }];
}

const document = '/.well-known/openid-configuration';
const device = { device_code: 'd', user_code: 'ABCD', verification_uri: 'https://a/', interval: 1 };

function logIn() {
  const fake = createFakeCiWorld();
  const system = createSystemClock();
  // A second is a hundredth of one.
  const clock = {
    now: system.now,
    after: (ms: number, call: () => void) => system.after(ms / 100, call),
  };
  const world = { ...fake, clock };
  const choice = { issuer: server.url, clientId: 'mayfly', ca: server.caPem };
  return createLoginSource(world, choice).fetch(new AbortController().signal);
}

describe('device login', () => {
  it('asks more slowly when it is told to, until there is a token', async () => {
    const token = makeFakeToken('mayfly');
    const steps = [{ error: 'authorization_pending' }, { error: 'slow_down' }, { id_token: token }];
    serve({ [document]: discovery(), '/device': [device], '/token': steps });
    expect(Buffer.from((await logIn()).expose()).toString()).toBe(token);
    expect(server.requests.filter(({ path }) => path === '/token')).toHaveLength(3);
  });

  it.each([
    { what: 'an issuer that calls itself otherwise', change: { issuer: 'https://other' } },
    { what: 'an issuer without device login', change: { device_authorization_endpoint: 1 } },
    { what: 'endpoints elsewhere', change: { token_endpoint: 'https://other.test/token' } },
  ])('refuses $what', async ({ change }) => {
    serve({ [document]: discovery(change), '/device': [device] });
    await expectCode(logIn(), 'MAYFLY_CI_LOGIN_DENIED');
  });

  it.each([
    { what: 'a code that would upset a terminal', answer: { ...device, user_code: '\u001b[2J' } },
    { what: 'an answer without a code', answer: { error: 'invalid_client' } },
  ])('refuses $what', async ({ answer }) => {
    serve({ [document]: discovery(), '/device': [answer] });
    await expectCode(logIn(), 'MAYFLY_CI_LOGIN_DENIED');
  });

  it('ends with the code', async () => {
    const pending = [{ error: 'authorization_pending' }];
    serve({
      [document]: discovery(),
      '/device': [{ ...device, expires_in: 3 }],
      '/token': pending,
    });
    const error = await expectCode(logIn(), 'MAYFLY_CI_LOGIN_DENIED');
    expect(error.message).toContain('the code has ended');
  });

  it('refuses an answer that is no JSON', async () => {
    server.answer((response) => response.end('<html>'));
    await expectCode(logIn(), 'MAYFLY_CI_ANSWER');
  });
});
