import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { createBrokerRig, type BrokerRig } from '#test/support/broker/create-broker-rig.ts';

describe('POST /v1/exchange', () => {
  let rig: BrokerRig;

  beforeEach(async () => {
    rig = await createBrokerRig();
  });

  afterEach(async () => await rig.close());

  it('gives the values that the policy grants, and says until when', async () => {
    const answer = await rig.exchange(rig.sign('github'));
    expect(answer.json()).toMatchObject({
      values: { PASSWORD: 'hunter2-hunter2' },
      expiresAt: '2026-01-01T00:15:00.000Z',
    });
    expect(answer.statusCode).toBe(200);
    expect(answer.headers['cache-control']).toBe('no-store');
  });
});
