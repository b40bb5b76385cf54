import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { FastifyInstance } from 'fastify';
import { createBrokerRig, type BrokerRig } from '#test/support/broker/create-broker-rig.ts';
import { createTestServer } from '#test/support/broker/test-server.ts';

const proxy = '10.1.2.3';

describe('a request by way of a proxy', () => {
  let rig: BrokerRig;
  let server: FastifyInstance;
  let heldBack = 0;

  beforeEach(async () => {
    rig = await createBrokerRig();
    heldBack = 0;
    server = createTestServer(rig.parts, {
      logger: rig.logger,
      perAddress: { burst: 1, perSecond: 1 },
      trustedProxies: ['10.0.0.0/8'],
      onHeld: () => void (heldBack += 1),
    });
  });
  afterEach(async () => {
    await server.close();
    await rig.close();
  });

  async function ask(remoteAddress: string, forwarded: string): Promise<number> {
    const headers = { 'x-forwarded-for': forwarded };
    const answer = await server.inject({ url: '/healthz', remoteAddress, headers });
    return answer.statusCode;
  }

  it('is counted by the address that a trusted proxy names, and its connection is read on', async () => {
    expect(await ask(proxy, '198.51.100.9')).toBe(200);
    expect(await ask(proxy, '198.51.100.9')).toBe(429);
    expect(await ask(proxy, '198.51.100.10')).toBe(200);
    expect(heldBack).toBe(0);
  });

  it('is counted by the nearest address that is not a trusted proxy: what stands before it is anybody’s', async () => {
    expect(await ask(proxy, '198.51.100.11, 198.51.100.9')).toBe(200);
    expect(await ask(proxy, '198.51.100.12, 198.51.100.9, 10.9.9.9')).toBe(429);
  });

  it('is counted by its own address where that is no trusted proxy, or names no address', async () => {
    expect(await ask('203.0.113.5', '198.51.100.9')).toBe(200);
    expect(await ask('203.0.113.5', '198.51.100.10')).toBe(429);
    expect(heldBack).toBe(1);
    expect(await ask(proxy, 'nobody')).toBe(200);
    expect(await ask(proxy, 'somebody')).toBe(429);
  });

  it('is on record with the address that was named', async () => {
    const secrets = { PASSWORD: 'vault:app/db#password' };
    const payload = { token: rig.sign('github'), policy: 'shop/none', secrets };
    const headers = { 'x-forwarded-for': '198.51.100.9' };
    const where = { method: 'POST', url: '/v1/exchange', remoteAddress: proxy } as const;
    expect((await server.inject({ ...where, headers, payload })).statusCode).toBe(403);
    expect(rig.audit.events.at(-1)?.fields).toMatchObject({ address: '198.51.100.9' });
  });
});
