import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import type { LightMyRequestResponse } from 'fastify';
import { exchangeGrantType } from '#core/broker/request/parse-token-request.ts';
import { endOverdue } from '#core/broker/leases/end-leases.ts';
import { createError } from '#core/errors/mayfly-error.ts';
import { createBrokerRig, type BrokerRig } from '#test/support/broker/create-broker-rig.ts';

function tokenOf(answer: LightMyRequestResponse): string {
  return answer.json<{ access_token: string }>().access_token;
}

describe('a token of the broker’s own', () => {
  let rig: BrokerRig;

  beforeEach(async () => {
    rig = await createBrokerRig();
  });

  afterEach(async () => await rig.close());

  async function ask(
    token: string,
    change: Readonly<Record<string, string>> = {},
  ): Promise<LightMyRequestResponse> {
    const form = new URLSearchParams({
      grant_type: exchangeGrantType,
      subject_token: token,
      subject_token_type: 'urn:ietf:params:oauth:token-type:id_token',
      scope: 'shop/release',
      ...change,
    });
    const headers = { 'content-type': 'application/x-www-form-urlencoded' };
    return await rig.send({
      method: 'POST',
      url: '/oauth2/token',
      headers,
      payload: form.toString(),
    });
  }

  it('is given for an identity token, and holds no value', async () => {
    const answer = await ask(rig.sign('github'));
    expect(answer.json()).toEqual({
      access_token: expect.stringMatching(/^mayfly_/u),
      issued_token_type: 'urn:ietf:params:oauth:token-type:access_token',
      token_type: 'Bearer',
      expires_in: 900,
      scope: 'shop/release',
    });
    expect(answer.headers['cache-control']).toBe('no-store');
    expect(rig.store.logins).toBe(0);
  });

  it('is good for exchanges, for the policy it was given for alone', async () => {
    const token = tokenOf(await ask(rig.sign('github')));
    expect((await rig.exchange(token)).statusCode).toBe(200);
    const secrets = { USER: 'vault:app/db#user' };
    expect((await rig.exchange(token, { secrets })).statusCode).toBe(200);
    expect((await rig.exchange(token, { policy: 'shop/other' })).statusCode).toBe(403);
    expect(rig.audit.events.at(-1)?.fields).toMatchObject({ clause: 'token.policy' });
  });

  it('is not given for another one of them', async () => {
    const token = tokenOf(await ask(rig.sign('github')));
    const answer = await ask(token);
    expect(answer.statusCode).toBe(400);
    expect(rig.audit.events.at(-1)?.fields).toMatchObject({ clause: 'token.ticket' });
  });

  it('takes a use of the identity token', async () => {
    const token = rig.sign('github');
    await ask(token);
    expect((await rig.exchange(token)).statusCode).toBe(403);
  });

  it('is not counted itself: a memory of uses that begins later does not make it unknown', async () => {
    const token = tokenOf(await ask(rig.sign('github')));
    rig.replay.knownSince = rig.clock.now() + 1;
    expect((await rig.exchange(rig.sign('github'))).statusCode).toBe(403);
    expect(rig.audit.events.at(-1)?.fields).toMatchObject({ clause: 'token.unknown' });
    expect((await rig.exchange(token)).statusCode).toBe(200);
  });

  it('is refused in the words of RFC 8693, which say nothing of the reason', async () => {
    const forged = await ask('aa.bb.cc');
    const stranger = await ask(rig.sign('github', { repository_id: '75' }));
    for (const answer of [forged, stranger]) {
      expect(answer.statusCode).toBe(400);
      expect(answer.json()).toMatchObject({
        error: 'invalid_request',
        error_description: 'denied',
      });
    }
    expect((await ask('aa.bb.cc', { grant_type: 'password' })).json()).toMatchObject({
      error: 'unsupported_grant_type',
    });
    const json = await rig.send({ method: 'POST', url: '/oauth2/token', payload: {} });
    expect(json.json()).toMatchObject({ error: 'unsupported_grant_type' });
  });

  it('is refused to a form of thousands of names, which is not looked through for each', async () => {
    const names = Array.from({ length: 16_000 }, (_, index) => [index.toString(36), '']);
    const lookups = (['get', 'getAll', 'has'] as const).map((name) => {
      return jest.spyOn(URLSearchParams.prototype, name);
    });
    const answer = await ask(rig.sign('github'), {
      grant_type: 'password',
      ...(Object.fromEntries(names) as Record<string, string>),
    });
    const counts = lookups.map(({ mock }) => mock.calls.length);
    for (const lookup of lookups) lookup.mockRestore();
    expect([400, 413]).toContain(answer.statusCode);
    expect(counts).toEqual([0, 0, 0]);
  });

  it('is not denied where nobody can look it up', async () => {
    const token = tokenOf(await ask(rig.sign('github')));
    const find = rig.parts.tickets.find;
    rig.parts.tickets.find = async () => {
      throw createError('MAYFLY_REPLAY_UNAVAILABLE', { reason: 'ECONNREFUSED' });
    };
    const headers = { 'x-vault-token': token };
    const read = { method: 'GET', url: '/v1/vault/data/app/db', headers } as const;
    const revoke = { method: 'POST', url: '/v1/auth/token/revoke-self', headers } as const;
    const answers = [await rig.exchange(token), await rig.send(read), await rig.send(revoke)];
    expect(answers.map(({ statusCode }) => statusCode)).toEqual([503, 503, 503]);
    rig.parts.tickets.find = find;
    expect((await rig.exchange(token)).statusCode).toBe(200);
  });

  it('is good for nothing once its issuer is suspended, another one or gone', async () => {
    const token = tokenOf(await ask(rig.sign('github')));
    const ref = { kind: 'TokenIssuer', namespace: '', name: 'github' } as const;
    const spec = rig.objects.peek(ref)?.spec ?? {};
    for (const change of [{ suspend: true }, { issuer: 'https://other.example.com' }]) {
      await rig.put('TokenIssuer', 'github', { ...spec, ...change });
      expect((await rig.exchange(token)).statusCode).toBe(403);
      expect(rig.audit.events.at(-1)?.fields).toMatchObject({ clause: 'token.issuer' });
    }
    await rig.put('TokenIssuer', 'github', spec);
    expect((await rig.exchange(token)).statusCode).toBe(200);
    await rig.remove('TokenIssuer', 'github');
    expect((await rig.exchange(token)).statusCode).toBe(403);
  });
});

describe('a lease', () => {
  let rig: BrokerRig;

  beforeEach(async () => {
    rig = await createBrokerRig();
    rig.store.putLeased('database/creds/app', () => ({ user: 'u1' }), 300_000);
  });

  afterEach(async () => await rig.close());

  async function open(): Promise<{ readonly token: string; readonly url: string }> {
    const token = rig.sign('github');
    const secrets = { USER: 'vault:database/creds/app#user' };
    const { leaseId } = (await rig.exchange(token, { secrets })).json<{ leaseId: string }>();
    return { token, url: `/v1/lease/${leaseId}` };
  }

  async function call(
    method: 'GET' | 'DELETE',
    url: string,
    token: string,
  ): Promise<LightMyRequestResponse> {
    return await rig.send({ method, url, headers: { authorization: `Bearer ${token}` } });
  }

  it('is told to who opened it, without a use of the token', async () => {
    const { token, url } = await open();
    expect((await call('GET', url, token)).json()).toMatchObject({
      policy: 'shop/release',
      references: ['vault:database/creds/app#user'],
      expiresAt: '2026-01-01T00:05:00.000Z',
    });
    expect((await call('GET', url, token)).statusCode).toBe(200);
  });

  it('is ended by who opened it: what the store opened for it is given back', async () => {
    const { token, url } = await open();
    expect(rig.store.openLogins).toBe(1);
    expect((await call('DELETE', url, token)).statusCode).toBe(204);
    expect(rig.store.openLogins).toBe(0);
    expect((await call('GET', url, token)).statusCode).toBe(404);
    expect(rig.audit.events.slice(-3)).toMatchObject([
      { event: 'revocation' },
      { event: 'lease-end', fields: { failures: [] } },
      { event: 'denial' },
    ]);
  });

  it('is ended later where the store does not answer, and is on record then', async () => {
    const { token, url } = await open();
    const reason = 'it answered 503';
    rig.store.breakWith(createError('MAYFLY_STORE_UNAVAILABLE', { store: 'vault', reason }));
    expect((await call('DELETE', url, token)).statusCode).toBe(204);
    expect(rig.audit.events.at(-1)).toMatchObject({ event: 'revocation' });
    expect((await call('GET', url, token)).statusCode).toBe(404);
    rig.store.breakWith(null);
    await rig.clock.advance(10_000);
    await endOverdue(rig.parts, new AbortController().signal);
    expect(rig.store.openLogins).toBe(0);
    const [revocation, end] = ['revocation', 'lease-end'].map((event) => {
      return rig.audit.events.findLast((each) => each.event === event);
    });
    expect(end).toMatchObject({ id: revocation?.id, fields: { failures: [] } });
  });

  it('is denied with a record, like anything else', async () => {
    const { url } = await open();
    const answer = await call('GET', url, 'aa.bb.cc');
    expect(answer.statusCode).toBe(401);
    const { auditId } = answer.json<{ auditId: string }>();
    expect(rig.audit.events.at(-1)).toMatchObject({ id: auditId, event: 'denial' });
    const other = await call('GET', '/v1/lease/none', rig.sign('github'));
    expect(rig.audit.events.at(-1)?.id).toBe(other.json<{ auditId: string }>().auditId);
  });

  it('is nobody else’s business', async () => {
    const { url } = await open();
    const other = rig.sign('github', { sub: 'repo:somebody/else:ref:refs/heads/main' });
    expect((await call('DELETE', url, other)).statusCode).toBe(404);
    expect((await call('DELETE', url, 'aa.bb.cc')).statusCode).toBe(401);
    expect(rig.store.openLogins).toBe(1);
  });
});
