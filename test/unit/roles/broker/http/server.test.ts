import { afterEach, describe, expect, it } from '@jest/globals';
import type { Caller } from '#core/broker/asked.ts';
import { createError } from '#core/errors/mayfly-error.ts';
import { nameAddress } from '#roles/broker/http/name-address.ts';
import { createBrokerRig, type BrokerRig } from '#test/support/broker/create-broker-rig.ts';
import { canary, findCanary } from '#test/support/canary/find-canary.ts';

describe("the broker's server", () => {
  let rig: BrokerRig;
  afterEach(async () => await rig.close());

  it('answers nobody while it does not know what is allowed', async () => {
    rig = await createBrokerRig();
    const view = {
      ...rig.parts.view,
      checkFresh: () => {
        throw createError('MAYFLY_BROKER_STALE', { reason: 'x' });
      },
    };
    await rig.close();
    rig = await createBrokerRig({ view });
    const answer = await rig.exchange(rig.sign('github'));
    expect(answer.statusCode).toBe(503);
    expect(answer.json()).toMatchObject({ error: 'MAYFLY_BROKER_STALE' });
    expect(rig.audit.events).toEqual([]);
  });

  it('says to come again later to who asks too often, without a record', async () => {
    const throttled = createError(
      'MAYFLY_BROKER_THROTTLED',
      { what: 'subject' },
      { retryAfterMs: 2500 },
    );
    rig = await createBrokerRig({
      throttle: {
        check: () => {
          throw throttled;
        },
        welcome: () => undefined,
      },
    });
    const answer = await rig.exchange(rig.sign('github'));
    expect([answer.statusCode, answer.headers['retry-after']]).toEqual([429, '3']);
    expect(rig.audit.events).toEqual([]);
  });

  it('counts who is given something as known, and nobody who is denied', async () => {
    const known: string[] = [];
    const welcome = ({ identity }: Caller): void => void known.push(identity.issuer);
    rig = await createBrokerRig({ throttle: { check: () => undefined, welcome } });
    await rig.exchange(rig.sign('github', { repository_id: '75' }));
    expect(known).toEqual([]);
    await rig.exchange(rig.sign('github'));
    expect(known).toEqual(['github']);
  });

  it('looks at nothing of an address that asks too often', async () => {
    rig = await createBrokerRig();
    const before = rig.audit.events.length;
    const answers = [];
    for (let count = 0; count < 1001; count += 1) {
      answers.push(await rig.send({ method: 'GET', url: '/healthz', remoteAddress: '192.0.2.7' }));
    }
    expect(answers.at(-1)?.statusCode).toBe(429);
    expect(answers.at(-1)?.headers['retry-after']).toBe('1');
    expect(rig.takeSteps().filter((step) => step === 'held back')).toHaveLength(1);
    const other = await rig.send({ method: 'GET', url: '/healthz', remoteAddress: '192.0.2.8' });
    expect(other.statusCode).toBe(200);
    expect(rig.audit.events).toHaveLength(before);
  });

  it.each([
    ['{"token":', 400],
    ['{"__proto__":{}}', 400],
    [JSON.stringify({ token: 'x'.repeat(70_000) }), 413],
  ])('refuses the body %.20s', async (payload, status) => {
    rig = await createBrokerRig();
    const headers = { 'content-type': 'application/json' };
    const answer = await rig.send({ method: 'POST', url: '/v1/exchange', headers, payload });
    expect(answer.statusCode).toBe(status);
  });

  it('describes itself by the schemas that it checks by', async () => {
    rig = await createBrokerRig();
    const document = await rig.send({ method: 'GET', url: '/openapi.json' });
    const schema = { required: ['policy', 'secrets'], additionalProperties: false };
    const content = { 'application/json': { schema } };
    expect(document.json()).toMatchObject({
      paths: { '/v1/exchange': { post: { requestBody: { content } } } },
    });
  });

  it('tells no value and no token to the log or the audit log', async () => {
    rig = await createBrokerRig();
    rig.store.put('app/canary', { value: canary });
    const token = rig.sign('github');
    const asked = { secrets: { CANARY: 'vault:app/canary#value' } };
    const answer = await rig.exchange(token, asked);
    expect(findCanary(answer.body)).not.toEqual([]);
    rig.store.breakWith(createError('MAYFLY_STORE_UNAVAILABLE', { store: 'vault', reason: 'x' }));
    await rig.exchange(rig.sign('github'), asked);
    await rig.exchange('aa.bb.cc');
    const told = JSON.stringify([rig.audit.events, rig.logger.lines]);
    expect(findCanary(told)).toEqual([]);
    for (const part of token.split('.')) expect(told).not.toContain(part);
  });
});

it('counts addresses of IPv6 by their network', () => {
  expect(nameAddress('192.0.2.1')).toBe(nameAddress('::ffff:192.0.2.1'));
  expect(nameAddress('2001:db8::1')).toBe(nameAddress('2001:db8::ffff:1'));
  expect(nameAddress('2001:db8:0:1::1')).not.toBe(nameAddress('2001:db8:0:2::1'));
});
