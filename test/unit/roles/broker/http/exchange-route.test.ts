import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { createError } from '#core/errors/mayfly-error.ts';
import { untilAborted } from '#platform/time/until-aborted.ts';
import { createBrokerRig, type BrokerRig } from '#test/support/broker/create-broker-rig.ts';
import { until } from '#test/support/until.ts';
import { trackSecrets } from '#test/support/track-secrets.ts';

const minute = 60_000;

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

  it('records who got what, by which policy and until when, before it answers', async () => {
    const answer = await rig.exchange(rig.sign('github'));
    const { auditId, leaseId } = answer.json<{ auditId: string; leaseId: string }>();
    const [event] = rig.audit.events;
    expect(event).toMatchObject({ id: auditId, event: 'exchange' });
    expect(event?.fields).toMatchObject({
      issuer: 'github',
      subject: 'repo:octo-org@65/octo-repo@74:environment:prod',
      policy: 'shop/release',
      references: ['vault:app/db#password'],
      lease: leaseId,
      until: '2026-01-01T00:15:00.000Z',
      runUrl: expect.stringContaining('1500000000'),
    });
  });

  it('takes the token in the header, and in one place alone', async () => {
    const token = rig.sign('github');
    const headers = { authorization: `Bearer ${token}` };
    const payload = { policy: 'shop/release', secrets: ['vault:app/db#user', 'vault:app/db'] };
    const asked = { method: 'POST', url: '/v1/exchange', headers } as const;
    const answer = await rig.send({ ...asked, payload });
    expect(answer.json()).toMatchObject({
      values: { 'vault:app/db#user': 'shop', 'vault:app/db': expect.stringContaining('hunter2') },
    });
    expect(rig.store.reads).toEqual(['app/db']);
    expect((await rig.send({ ...asked, payload: { ...payload, token } })).statusCode).toBe(400);
    const none = await rig.send({ ...asked, headers: {}, payload });
    const { message } = createError('MAYFLY_BROKER_TOKEN_MISSING', {});
    expect([none.statusCode, none.json()]).toEqual([
      400,
      { error: 'invalid', problems: [message] },
    ]);
  });

  it('has no more time than the deadline, and gives the use back', async () => {
    await rig.close();
    const read = async (_: unknown, signal: AbortSignal): Promise<never> => {
      await untilAborted(signal);
      throw signal.reason;
    };
    rig = await createBrokerRig({ stores: { read } });
    const answering = rig.exchange(rig.sign('github'));
    await until(() => rig.replay.uses === 1);
    await rig.clock.advance(10_000);
    const answer = await answering;
    expect(answer.json()).toMatchObject({ error: 'MAYFLY_BROKER_DEADLINE' });
    expect([answer.statusCode, rig.replay.uses]).toEqual([503, 0]);
  });

  it('ends no later than what was asked for, and than three times what is left of the token', async () => {
    const short = await rig.exchange(rig.sign('github'), { ttl: '2m' });
    expect(short.json()).toMatchObject({ expiresAt: '2026-01-01T00:02:00.000Z' });
    const token = rig.sign('github');
    await rig.clock.advance(4 * minute);
    const late = await rig.exchange(token);
    expect(late.json()).toMatchObject({ expiresAt: '2026-01-01T00:07:00.000Z' });
  });

  it('gives a token one use, and the same request another try within a minute', async () => {
    const token = rig.sign('github');
    const first = await rig.exchange(token);
    await rig.clock.advance(minute - 1);
    const again = await rig.exchange(token);
    expect([first.statusCode, again.statusCode]).toEqual([200, 200]);
    const other = await rig.exchange(token, { secrets: { USER: 'vault:app/db#user' } });
    await rig.clock.advance(1);
    const late = await rig.exchange(token);
    expect([other.statusCode, late.statusCode]).toEqual([403, 403]);
    expect(rig.audit.events.at(-1)?.fields).toMatchObject({ clause: 'token.spent' });
  });

  it('gives two secrets to one job of GitLab, one after the other with one token', async () => {
    const token = rig.sign('gitlab');
    const one = await rig.exchange(token);
    const two = await rig.exchange(token, { secrets: { USER: 'vault:app/db#user' } });
    expect([one.statusCode, two.statusCode]).toEqual([200, 200]);
    expect(rig.replay.uses).toBe(2);
  });

  it('counts a token without a job once', async () => {
    const token = rig.sign('gitlab', { job_id: undefined });
    expect((await rig.exchange(token)).statusCode).toBe(200);
    const two = await rig.exchange(token, { secrets: { USER: 'vault:app/db#user' } });
    expect(two.statusCode).toBe(403);
  });

  it('gives the use back when the store does not answer between the record and the reply', async () => {
    const token = rig.sign('github');
    rig.store.breakWith(createError('MAYFLY_STORE_SEALED', { store: 'vault' }));
    const answer = await rig.exchange(token);
    expect(answer.statusCode).toBe(503);
    expect(answer.json()).toMatchObject({ error: 'MAYFLY_STORE_SEALED' });
    expect(rig.replay.uses).toBe(0);
    expect(rig.audit.events.at(-1)).toMatchObject({
      event: 'failure',
      fields: { code: 'MAYFLY_STORE_SEALED', policy: 'shop/release', issuer: 'github' },
    });
    rig.store.breakWith(null);
    const other = await rig.exchange(token, { secrets: { USER: 'vault:app/db#user' } });
    expect(other.statusCode).toBe(200);
  });

  it('gives nothing whose record cannot be written', async () => {
    const countUnwiped = trackSecrets();
    rig.audit.breakWith('ENOSPC');
    const answer = await rig.exchange(rig.sign('github'));
    expect(answer.statusCode).toBe(503);
    expect(answer.body).not.toContain('hunter2');
    expect(rig.replay.uses).toBe(0);
    expect(countUnwiped()).toBe(0);
  });

  it('says of what was granted that it is not there', async () => {
    const token = rig.sign('github');
    const path = await rig.exchange(token, { secrets: { A: 'vault:app/none#a' } });
    const key = await rig.exchange(token, { secrets: { A: 'vault:app/db#none' } });
    expect([path.statusCode, key.statusCode]).toEqual([404, 404]);
    expect(path.json()).toMatchObject({ error: 'MAYFLY_STORE_NOT_FOUND' });
    expect(key.json()).toMatchObject({ error: 'MAYFLY_BROKER_KEY_MISSING' });
    expect(rig.replay.uses).toBe(0);
  });

  it('ends with what the store ends, and gives it back there when nothing may leave', async () => {
    rig.store.putLeased('database/creds/app', () => ({ user: 'u1' }), 5 * minute);
    const secrets = { USER: 'vault:database/creds/app#user' };
    const answer = await rig.exchange(rig.sign('github'), { secrets });
    expect(answer.json()).toMatchObject({ expiresAt: '2026-01-01T00:05:00.000Z' });
    expect(rig.store.openLeases).toHaveLength(1);
    rig.audit.breakWith('ENOSPC');
    await rig.exchange(rig.sign('github'), { secrets });
    expect(rig.store.openLeases).toHaveLength(1);
  });

  it('wipes everything that it held of values and tokens', async () => {
    const countUnwiped = trackSecrets();
    await rig.exchange(rig.sign('github'));
    await rig.clock.advance(0);
    expect(countUnwiped()).toBe(0);
  });
});
