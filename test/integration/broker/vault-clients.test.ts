import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { grantedValue } from '#test/support/broker/open-broker-on-http.ts';
import { openJobScene, type JobScene } from '#test/support/broker/open-job-scene.ts';
import { describeWithParts } from '#test/support/describe-with-parts.ts';

const run = promisify(execFile);
let scene: JobScene;

beforeEach(async () => {
  scene = await openJobScene('gitlab');
});
afterEach(async () => await scene.close());

interface Told {
  readonly auth: { readonly client_token: string };
  readonly data: { readonly data: Readonly<Record<string, string>> };
}

async function call(path: string, init: RequestInit): Promise<Told> {
  const { status, text } = await scene.broker.send(path, init);
  expect([200, 204]).toContain(status);
  return JSON.parse(text === '' ? '{}' : text) as Told;
}

function login(): string {
  return JSON.stringify({ jwt: scene.sign(), role: 'shop/release' });
}

describe('requests as clients of Vault make them', () => {
  /*
   * https://github.com/hashicorp/vault-action/blob/v3.4.0/src/auth.js (getClientToken: JSON to `v1/auth/PATH/login`, reads
   * `auth.client_token`) and src/secrets.js (GET `v1/PATH` as it was written, reads `data.data`).
   */
  it('read secrets as hashicorp/vault-action does', async () => {
    const headers = { accept: 'application/json', 'content-type': 'application/json' };
    const { auth } = await call('/v1/auth/jwt/login', { method: 'POST', headers, body: login() });
    const named = { 'x-vault-token': auth.client_token };
    const { data } = await call('/v1/vault/data/app/db', { headers: named });
    expect(data.data).toEqual({ password: grantedValue, user: 'shop' });
    await call('/v1/auth/token/revoke-self', { method: 'POST', headers: named });
  });

  /*
   * https://gitlab.com/gitlab-org/gitlab-runner/-/tree/main/helpers/vault: client.go writes the login with PUT and no type
   * of content, as the Go client of Vault and OpenBao does, once for each secret of a job; secret_engines/kv_v2/engine.go
   * reads ENGINE/data/PATH and takes `data.data`.
   */
  it('read secrets as the runner of GitLab does', async () => {
    const jwt = scene.sign();
    for (const field of ['password', 'user']) {
      const body = new TextEncoder().encode(JSON.stringify({ jwt, role: 'shop/release' }));
      const headers = { 'x-vault-request': 'true' };
      const { auth } = await call('/v1/auth/gitlab/login', { method: 'PUT', headers, body });
      const named = { ...headers, 'x-vault-token': auth.client_token };
      const { data } = await call('/v1/vault/data/app/db', { headers: named });
      expect(data.data[field]).toBeDefined();
    }
  });

  /* The examples of https://developer.hashicorp.com/vault/api-docs/auth/jwt: curl calls all that it sends a form. */
  it('read secrets as scripts with curl do', async () => {
    for (const type of ['application/x-www-form-urlencoded', 'text/plain']) {
      const headers = { 'content-type': type };
      const { auth } = await call('/v1/auth/jwt/login', { method: 'POST', headers, body: login() });
      const named = { authorization: `Bearer ${auth.client_token}` };
      const { data } = await call('/v1/vault/data/app/db', { headers: named });
      expect(data.data).toMatchObject({ user: 'shop' });
    }
  });
});

await describeWithParts(['vault'], 'the program vault', ({ vault: program }) => {
  async function vault(token: string, ...args: readonly string[]): Promise<string> {
    const env = { VAULT_ADDR: scene.broker.url, VAULT_TOKEN: token, HOME: '/nonexistent' };
    return (await run(program, [...args], { env })).stdout;
  }

  it('logs in, reads and gives its token back at the broker', async () => {
    const asked = ['auth/jwt/login', 'role=shop/release', `jwt=${scene.sign()}`];
    const { auth } = JSON.parse(await vault('', 'write', '-format=json', ...asked)) as Told;
    const read = ['read', '-format=json', 'vault/data/app/db'];
    const { data } = JSON.parse(await vault(auth.client_token, ...read)) as Told;
    expect(data.data).toEqual({ password: grantedValue, user: 'shop' });
    await vault(auth.client_token, 'token', 'revoke', '-self');
    await expect(vault(auth.client_token, ...read)).rejects.toThrow('denied, audit id');
  });
});
