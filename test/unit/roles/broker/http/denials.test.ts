import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { LightMyRequestResponse } from 'fastify';
import {
  createBrokerRig,
  releaseJob,
  type BrokerRig,
} from '#test/support/broker/create-broker-rig.ts';

const uuid = /[0-9a-f]{8}-[0-9a-f-]{27}/gu;

describe('a denial', () => {
  let rig: BrokerRig;

  beforeEach(async () => {
    rig = await createBrokerRig();
    await rig.put('AccessPolicy', 'shop/asleep', {
      suspend: true,
      subjects: [releaseJob],
      grants: [{ store: 'vault', paths: ['app/*'], maxTtl: '15m' }],
    });
    await rig.put('AccessPolicy', 'shop/audited', {
      mode: 'Audit',
      subjects: [releaseJob],
      grants: [{ store: 'vault', paths: ['app/*'], maxTtl: '15m' }],
    });
    await rig.put('AccessPolicy', 'shop/elsewhere', {
      subjects: [releaseJob],
      grants: [{ store: 'gone', paths: ['app/*'], maxTtl: '15m' }],
    });
    rig.takeSteps();
  });

  afterEach(async () => await rig.close());

  /** Every way to be denied, by the clause that is recorded. */
  const ways: Readonly<Record<string, () => Promise<LightMyRequestResponse>>> = {
    policy: async () => await rig.exchange(rig.sign('github'), { policy: 'shop/none' }),
    suspend: async () => await rig.exchange(rig.sign('github'), { policy: 'shop/asleep' }),
    mode: async () => await rig.exchange(rig.sign('github'), { policy: 'shop/audited' }),
    'subjects[0].github.repositoryId': async () =>
      await rig.exchange(rig.sign('github', { repository_id: '75' })),
    'subjects[0].github.allow': async () =>
      await rig.exchange(rig.sign('github', { event_name: 'pull_request' })),
    'grants (references[0])': async () =>
      await rig.exchange(rig.sign('github'), { secrets: { A: 'vault:other/db#a' } }),
    'stores: gone is not there': async () =>
      await rig.exchange(rig.sign('github'), {
        policy: 'shop/elsewhere',
        secrets: { A: 'gone:app/db#a' },
      }),
    'token.spent': async () => {
      const token = rig.sign('github');
      await rig.exchange(token);
      rig.takeSteps();
      return await rig.exchange(token, { secrets: { USER: 'vault:app/db#user' } });
    },
    'token.unknown': async () => {
      rig.replay.knownSince = rig.clock.now() + 60_000;
      return await rig.exchange(rig.sign('github'));
    },
  };

  it.each(Object.keys(ways))('for %s is recorded with its clause', async (clause) => {
    const answer = await ways[clause]?.();
    expect(answer?.statusCode).toBe(403);
    const event = rig.audit.events.at(-1);
    expect(event).toMatchObject({ event: 'denial', fields: { clause } });
    expect(answer?.json()).toEqual({ error: 'denied', auditId: event?.id });
  });

  it('answers the same bytes after the same steps, whatever the reason', async () => {
    const bodies = new Set<string>();
    const heads = new Set<string>();
    const steps = new Set<string>();
    for (const deny of Object.values(ways)) {
      const { body, headers } = await deny();
      bodies.add(body.replaceAll(uuid, 'ID'));
      heads.add(JSON.stringify({ ...headers, date: '' }));
      steps.add(rig.takeSteps().join(' '));
    }
    expect([...bodies]).toEqual(['{"error":"denied","auditId":"ID"}']);
    expect(heads.size).toBe(1);
    expect([...steps]).toEqual([
      'checkFresh verify findPolicy readTenancy findStore findIssuer take append release',
    ]);
  });

  it('of a token that is none records nothing that its sender chose', async () => {
    const { statusCode } = await rig.exchange('aa.bb.cc');
    expect(statusCode).toBe(401);
    const { fields = {} } = rig.audit.events.at(-1) ?? {};
    expect(Object.keys(fields)).toEqual(['address', 'clause']);
  });

  it('costs the token no use', async () => {
    const token = rig.sign('github');
    await rig.exchange(token, { policy: 'shop/none' });
    expect(rig.replay.uses).toBe(0);
    expect((await rig.exchange(token)).statusCode).toBe(200);
  });

  it('does not give back the use of somebody else', async () => {
    const token = rig.sign('github');
    await rig.exchange(token);
    await rig.clock.advance(60_000);
    expect((await rig.exchange(token)).statusCode).toBe(403);
    expect((await rig.exchange(token)).statusCode).toBe(403);
    expect(rig.replay.uses).toBe(1);
  });

  it('tells the audit log alone what a policy of the mode Audit would have granted', async () => {
    const answer = await rig.exchange(rig.sign('github'), { policy: 'shop/audited' });
    expect(answer.statusCode).toBe(403);
    expect(rig.audit.events.at(-1)?.fields).toMatchObject({ wouldGrant: true, wouldSeconds: 900 });
  });

  it('comes with the deletion of the policy', async () => {
    await rig.remove('AccessPolicy', 'shop/release');
    expect((await rig.exchange(rig.sign('github'))).statusCode).toBe(403);
  });

  it.each([
    ['of nobody', () => 'aa.bb.cc'],
    [
      'of an issuer that is not known',
      () => rig.sign('github', { iss: 'https://other.example.org' }),
    ],
    ['for somebody else', () => rig.sign('github', { aud: 'https://other.example.org' })],
    ['that is over', () => rig.sign('github', { exp: 1 })],
    ['of another issuer', () => rig.sign('jenkins')],
  ])('of a token %s is one of all the same bytes too', async (_, make) => {
    const answer = await rig.exchange(make());
    expect(answer.statusCode).toBe(401);
    expect(answer.body.replaceAll(uuid, 'ID')).toBe('{"error":"denied","auditId":"ID"}');
    expect(rig.audit.events.at(-1)).toMatchObject({
      id: answer.json<{ auditId: string }>().auditId,
      event: 'denial',
    });
    expect(JSON.stringify(rig.audit.events)).not.toContain('other.example.org');
  });
});
