import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { LightMyRequestResponse } from 'fastify';
import { createBrokerRig, type BrokerRig } from '#test/support/broker/create-broker-rig.ts';

const minute = 60_000;
const living = {
  username: 'system:serviceaccount:shop:web',
  podUid: '5e0bd49b-f040-43b0-99b7-22765a53f7f3',
};

describe('a pod of our own cluster', () => {
  let rig: BrokerRig;
  let jwt: string;

  beforeEach(async () => {
    rig = await createBrokerRig();
    rig.review = living;
    jwt = rig.sign('kubernetes');
  });

  afterEach(async () => await rig.close());

  async function logIn(): Promise<LightMyRequestResponse> {
    const payload = { role: 'shop/release', jwt };
    return await rig.send({ method: 'POST', url: '/v1/auth/jwt/login', payload });
  }

  async function read(login: LightMyRequestResponse): Promise<number> {
    const { client_token: token } = login.json<{ auth: { client_token: string } }>().auth;
    const headers = { 'x-vault-token': token };
    return (await rig.send({ method: 'GET', url: '/v1/vault/data/app/db', headers })).statusCode;
  }

  it('may use its token again: a sidecar that was restarted within 8 minutes', async () => {
    jwt = rig.sign('kubernetes', { exp: rig.clock.now() / 1000 + 600 });
    expect(await read(await logIn())).toBe(200);
    await rig.clock.advance(8 * minute);
    expect(await read(await logIn())).toBe(200);
    expect(rig.replay.uses).toBe(0);
  });

  it('is asked about at each login and each read', async () => {
    const login = await logIn();
    rig.takeSteps();
    await read(login);
    expect(rig.takeSteps()).toContain('review');
  });

  it('gets nothing any more once it is gone, also with a token of the broker’s own', async () => {
    const login = await logIn();
    rig.review = null;
    expect(await read(login)).toBe(403);
    expect((await logIn()).statusCode).toBe(403);
    expect(rig.audit.events.at(-1)?.fields).toMatchObject({
      clause: 'token.review',
      podUid: living.podUid,
      pod: 'web-7d9c5',
    });
  });

  it.each([
    { ...living, podUid: 'another' },
    { ...living, podUid: null },
    { ...living, username: 'system:serviceaccount:shop:other' },
  ])('is no other than the API server says: %j', async (review) => {
    rig.review = review;
    expect((await logIn()).statusCode).toBe(403);
  });

  it('has a token of the broker’s own no longer than its own', async () => {
    const login = await logIn();
    expect(login.json()).toMatchObject({ auth: { lease_duration: 300 } });
  });
});
