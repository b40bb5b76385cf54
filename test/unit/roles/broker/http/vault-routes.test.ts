import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { LightMyRequestResponse } from 'fastify';
import { trackSecrets } from '#test/support/track-secrets.ts';
import { createBrokerRig, type BrokerRig } from '#test/support/broker/create-broker-rig.ts';

describe('clients of Vault', () => {
  let rig: BrokerRig;

  beforeEach(async () => {
    rig = await createBrokerRig();
  });

  afterEach(async () => await rig.close());

  async function logIn(
    jwt: string,
    method: 'POST' | 'PUT' = 'POST',
  ): Promise<LightMyRequestResponse> {
    const payload = { role: 'shop/release', jwt };
    return await rig.send({ method, url: '/v1/auth/jwt/login', payload });
  }

  async function tokenOf(jwt: string): Promise<string> {
    return (await logIn(jwt)).json<{ auth: { client_token: string } }>().auth.client_token;
  }

  async function read(token: string, path = 'vault/data/app/db'): Promise<LightMyRequestResponse> {
    return await rig.send({
      method: 'GET',
      url: `/v1/${path}`,
      headers: { 'x-vault-token': token },
    });
  }

  it('log in with the policy as role, read a path, and give the token back', async () => {
    const token = await tokenOf(rig.sign('github'));
    const answer = await read(token);
    expect(answer.json()).toMatchObject({
      lease_id: '',
      data: { data: { password: 'hunter2-hunter2', user: 'shop' }, metadata: { version: 1 } },
    });
    const headers = { 'x-vault-token': token };
    const url = '/v1/auth/token/revoke-self';
    expect((await rig.send({ method: 'PUT', url, headers })).statusCode).toBe(204);
    expect((await read(token)).statusCode).toBe(403);
    const events = rig.audit.events.map(({ event }) => event);
    expect(events).toEqual(['token', 'read', 'revocation', 'denial']);
  });

  it('write as Vault’s own client does: with PUT and without a word of what it sends', async () => {
    const payload = JSON.stringify({ role: 'shop/release', jwt: rig.sign('github') });
    const url = '/v1/auth/jwt/login';
    const answer = await rig.send({ method: 'PUT', url, payload });
    expect(answer.statusCode).toBe(200);
    expect(answer.json()).toMatchObject({ auth: { renewable: false, lease_duration: 900 } });
  });

  it('join each read with its login in the audit log', async () => {
    const login = await logIn(rig.sign('github'));
    const { auth } = login.json<{ auth: { accessor: string; client_token: string } }>();
    await read(auth.client_token);
    const [issued, opened] = rig.audit.events;
    expect(issued?.id).toBe(auth.accessor);
    expect(opened?.fields).toMatchObject({ ticket: auth.accessor, references: ['vault:app/db'] });
  });

  it('read as long as the token lasts, and no longer', async () => {
    const token = await tokenOf(rig.sign('github'));
    await rig.clock.advance(15 * 60_000 - 1);
    expect((await read(token)).statusCode).toBe(200);
    await rig.clock.advance(1);
    expect((await read(token)).statusCode).toBe(403);
  });

  it('read of a path the keys that a grant names, and no others', async () => {
    const github = { issuer: 'github', ownerId: ['65'], repositoryId: ['74'] };
    const keys = ['user', 'not-there'];
    const grants = [
      { store: 'vault', paths: ['app/db'], keys, maxTtl: '5m' },
      { store: 'vault', paths: ['app/none'], keys: ['not-there'], maxTtl: '5m' },
    ];
    await rig.put('AccessPolicy', 'shop/release', { subjects: [{ github }], grants });
    rig.store.put('app/none', { password: 'hunter2-hunter2' });
    const countUnwiped = trackSecrets();
    const token = await tokenOf(rig.sign('github'));
    const answer = await read(token);
    expect(answer.json<{ data: { data: object } }>().data.data).toEqual({ user: 'shop' });
    expect(rig.audit.events.at(-1)).toMatchObject({ event: 'read', fields: { keys } });
    const none = await read(token, 'vault/data/app/none');
    expect([none.statusCode, none.body]).toEqual([404, expect.not.stringContaining('hunter2')]);
    await rig.send({
      method: 'POST',
      url: '/v1/auth/token/revoke-self',
      headers: { 'x-vault-token': token },
    });
    expect(countUnwiped()).toBe(0);
    const secrets = ['vault:app/db'];
    const payload = { token: rig.sign('github'), policy: 'shop/release', secrets };
    const whole = await rig.send({ method: 'POST', url: '/v1/exchange', payload });
    expect(whole.statusCode).toBe(403);
  });

  it('are denied with the audit id alone', async () => {
    const stranger = await logIn(rig.sign('github', { repository_id: '75' }));
    expect(stranger.statusCode).toBe(403);
    const [event] = rig.audit.events;
    expect(stranger.json()).toEqual({ errors: [`denied, audit id ${event?.id ?? ''}`] });
    const forged = await logIn('aa.bb.cc');
    expect(forged.statusCode).toBe(403);
    const elsewhere = await read(await tokenOf(rig.sign('github')), 'vault/data/other/db');
    expect(elsewhere.statusCode).toBe(403);
  });

  it('are told that there is nothing at a path that they may read', async () => {
    const token = await tokenOf(rig.sign('github'));
    expect((await read(token, 'vault/data/app/none')).statusCode).toBe(404);
    expect((await read(token, 'vault/metadata/app/db')).statusCode).toBe(404);
    expect((await read(token, 'vault/data/app/db?version=7')).statusCode).toBe(404);
  });

  it('read with an identity token nothing: it names no policy', async () => {
    expect((await read(rig.sign('github'))).statusCode).toBe(403);
  });

  it('are given the leases of a store, which end with their token', async () => {
    rig.store.putLeased('database/creds/app', () => ({ user: 'u1' }), 300_000);
    const token = await tokenOf(rig.sign('github'));
    const answer = await read(token, 'vault/data/database/creds/app');
    expect(answer.json()).toMatchObject({ lease_duration: 300, renewable: false });
    expect(rig.store.openLeases).toHaveLength(1);
    const headers = { 'x-vault-token': token };
    await rig.send({ method: 'POST', url: '/v1/auth/token/revoke-self', headers });
    expect(rig.store.openLeases).toHaveLength(0);
    expect(rig.audit.events.at(-1)).toMatchObject({ event: 'lease-end' });
  });

  it('find the broker open', async () => {
    const answer = await rig.send({ method: 'GET', url: '/v1/sys/health?standbyok=true' });
    expect(answer.json()).toMatchObject({ initialized: true, sealed: false });
  });

  it('are told what is wrong with a login that is none', async () => {
    const payload = { role: 'release', jwt: 'aa.bb.cc' };
    const answer = await rig.send({ method: 'POST', url: '/v1/auth/jwt/login', payload });
    expect(answer.statusCode).toBe(400);
    expect(answer.body).toContain('body.role');
  });
});
