import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { inspect } from 'node:util';
import { openJobScene, type JobScene } from '#test/support/broker/open-job-scene.ts';
import { asJson, grantedValue } from '#test/support/broker/open-broker-on-http.ts';
import { createMemoryNamespaces } from '#test/support/memory/memory-namespaces.ts';

const tenancy = {
  namespaceSelector: { matchNames: ['shop'] },
  stores: { addresses: ['https://vault.example.com'], roles: ['shop'] },
};

/* See policies.test.ts for how each row is proven to need its defence. */
describe('those who write policies, and what is left of them', () => {
  let scene: JobScene;

  beforeEach(async () => {
    const namespaces = createMemoryNamespaces();
    namespaces.put('shop', {});
    scene = await openJobScene('github', { namespaces });
    await letTenants(['65']);
  });
  afterEach(async () => await scene.close());

  async function letTenants(values: readonly string[]): Promise<void> {
    const identities = [{ issuer: 'github', attribute: 'ownerId', values }];
    await scene.broker.put('TenantPolicy', 'shop', { ...tenancy, identities });
  }

  it('row 24: a tenant lets nobody in whom the administrator did not allow', async () => {
    await scene.allow({ ownerId: ['666'], repositoryId: ['667'] });
    const stranger = { repository_owner_id: '666', repository_id: '667' };
    expect(await scene.ask(stranger)).toMatch(/^403 tenancy: .*subjects\[0\]\.github/u);
    await letTenants(['65', '666']);
    expect(await scene.ask(stranger)).toBe('granted');
  });

  it('row 24: a policy that is deleted, suspended or only tried grants nothing', async () => {
    const { broker } = scene;
    const policy = {
      subjects: [{ github: { issuer: 'github', ownerId: ['65'], repositoryId: ['74'] } }],
      grants: [{ store: 'vault', paths: ['app/*'], maxTtl: '15m' }],
    };
    await broker.put('AccessPolicy', 'shop/release', { ...policy, suspend: true });
    expect(await scene.ask()).toBe('403 suspend');
    await broker.put('AccessPolicy', 'shop/release', { ...policy, mode: 'Audit' });
    expect(await scene.ask()).toBe('403 mode');
    await broker.put('AccessPolicy', 'shop/release', policy);
    expect(await scene.ask()).toBe('granted');
    await broker.remove('AccessPolicy', 'shop/release');
    expect(await scene.ask()).toBe('403 policy');
  });

  it('row 24: an issuer that is deleted or suspended proves nothing', async () => {
    await scene.trust({ suspend: true });
    expect(await scene.ask()).toMatch(/^401 no TokenIssuer in use/u);
    await scene.trust();
    expect(await scene.ask()).toBe('granted');
    await scene.broker.remove('TokenIssuer', 'github');
    expect(await scene.ask()).toMatch(/^401 no TokenIssuer in use/u);
  });

  it('row 25: no token and no value is in an answer that refuses, the log or the audit log', async () => {
    const { broker } = scene;
    const tokens = [scene.sign(), scene.sign({ ref: 'evil' }), scene.sign({ aud: 'x' })];
    const texts: string[] = [];
    for (const token of tokens) {
      for (const header of [`Bearer ${token}`, `Bearer ${token}x`]) {
        texts.push(
          (await broker.send('/v1/lease/none', { headers: { authorization: header } })).text,
        );
      }
      const { text, status } = await broker.exchange(token);
      if (status !== 200) texts.push(text);
      texts.push((await broker.exchange(token, { secrets: { X: 'nothing' } })).text);
      texts.push((await broker.exchange(token, { policy: token })).text);
      texts.push((await broker.send(`/v1/secret/data/${token}`)).text);
      texts.push(
        (await broker.send('/v1/auth/jwt/login', asJson({ role: token, jwt: token }))).text,
      );
      const form = new URLSearchParams({ grant_type: token, subject_token: token });
      texts.push((await broker.send('/oauth2/token', { method: 'POST', body: form })).text);
    }
    const seen = [
      ...texts,
      await broker.readAuditFiles(),
      inspect(broker.logger.lines, { depth: 9 }),
    ];
    const parts = tokens.flatMap((token) => token.split('.').slice(1));
    for (const part of [...parts, grantedValue]) expect(seen.join('\n')).not.toContain(part);
    expect(await broker.readAuditFiles()).toContain('"event":"exchange"');
  });

  it('row 26: a change of trust is there at the next request, and its generation in the audit log', async () => {
    const { broker } = scene;
    expect(await scene.ask()).toBe('granted');
    await scene.allow({ ref: ['refs/heads/release'] });
    expect(await scene.ask()).toBe('403 subjects[0].github.ref');
    const generations = (await broker.readAudit()).map(({ fields }) => fields['generation']);
    expect(generations).toEqual([1, 2]);
  });

  it('row 26: a broker that may not know of a change grants nothing', async () => {
    const { broker } = scene;
    broker.heardAt = broker.clock.now();
    await broker.clock.advance(59_000);
    expect(await scene.ask()).toBe('granted');
    await broker.clock.advance(2000);
    expect(await scene.ask()).toBe('503 MAYFLY_BROKER_STALE');
    broker.heardAt = broker.clock.now();
    expect(await scene.ask()).toBe('granted');
  });
});
