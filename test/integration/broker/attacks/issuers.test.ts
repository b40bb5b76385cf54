import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { openJobScene, type JobScene } from '#test/support/broker/open-job-scene.ts';
import { createIssuer } from '#test/support/issuer/create-issuer.ts';
import { createSigningKey } from '#test/support/issuer/signing-key.ts';

const unavailable = '503 MAYFLY_ISSUER_UNAVAILABLE';

/* See policies.test.ts for how each row is proven to need its defence. */
describe('issuers that are not what they seem', () => {
  let scene: JobScene;

  beforeEach(async () => {
    scene = await openJobScene('github', {
      cluster: {
        readApiServer: async () => await Promise.reject(new Error('asked for the keys of another')),
        readConfigMap: async () => await Promise.resolve(null),
      },
    });
  });
  afterEach(async () => await scene.close());

  it('row 15: an issuer that a token names, and nobody else, is not asked', async () => {
    const other = await createIssuer();
    expect(await scene.ask({ iss: other.url })).toMatch(/^401 no TokenIssuer in use/u);
    expect(await scene.ask({ iss: `${scene.issuer.url}/` })).toMatch(/^401 no TokenIssuer/u);
    expect([...other.requests, ...scene.issuer.requests]).toEqual([]);
    await other.close();
    expect(await scene.ask()).toBe('granted');
  });

  it('row 15: an issuer at a private address is not asked unless its object allows it', async () => {
    await scene.trust({ allowPrivateAddress: false });
    expect(await scene.ask()).toBe(unavailable);
    expect(scene.issuer.requests).toEqual([]);
    await scene.trust();
    expect(await scene.ask()).toBe('granted');
  });

  it('row 15: keys at another origin, behind a redirect, or of another issuer are not read', async () => {
    const other = await createIssuer();
    const { issuer, broker } = scene;
    issuer.nameKeysAt(`${other.url}/keys`);
    expect(await scene.ask()).toBe(unavailable);
    for (const fault of ['redirect', 'other-issuer', 'plain-keys'] as const) {
      issuer.nameKeysAt(`${issuer.url}/keys`);
      issuer.behave(fault);
      await broker.clock.advance(60_000);
      expect(await scene.ask()).toBe(unavailable);
    }
    expect(other.requests).toEqual([]);
    issuer.behave('none');
    await broker.clock.advance(60_000);
    expect(await scene.ask()).toBe('granted');
    await other.close();
  });

  it('row 16: no token of ours goes to an issuer that a TokenIssuer names', async () => {
    expect(await scene.ask()).toBe('granted');
    expect(scene.issuer.requests).toHaveLength(2);
    for (const { headers } of scene.issuer.requests) {
      expect(headers).not.toHaveProperty('authorization');
    }
  });

  it('row 18: a flood of keys that nobody knows asks the issuer once in 30 seconds', async () => {
    expect(await scene.ask()).toBe('granted');
    await scene.broker.clock.advance(40_000);
    const flood = Array.from({ length: 300 }, async (_, at) => {
      return await scene.show(scene.sign({}, { kid: `unknown-${at}` }));
    });
    const answers = new Set(await Promise.all(flood));
    expect([...answers]).toEqual([
      '401 issuer github has no key that the token could be signed with',
    ]);
    expect(scene.issuer.asked.keys).toBe(2);
    for (const kid of ['../../keys', 'x'.repeat(300), 'a b', 7]) {
      const long = await scene.show(scene.sign({}, { kid }));
      expect(long).toMatch(
        /^401 (?:the token has a header parameter kid|issuer github has no key)/u,
      );
    }
    expect(await scene.ask()).toBe('granted');
  });

  it('row 18: an issuer that is down is asked as rarely, and its keys go on for hours', async () => {
    const { issuer, broker } = scene;
    expect(await scene.ask()).toBe('granted');
    issuer.behave('error');
    await broker.clock.advance(60_000);
    const unknown = createSigningKey('next');
    issuer.publishMembers([unknown.jwk]);
    for (let at = 0; at < 20; at += 1) await scene.show(scene.sign({}, { kid: `unknown-${at}` }));
    expect(issuer.asked.document).toBe(2);
    await broker.clock.advance(3 * 3_600_000);
    expect(await scene.ask()).toBe('granted');
    await broker.clock.advance(4 * 3_600_000);
    expect(await scene.ask()).toBe(unavailable);
  });

  it('row 19: keys that are too many, too large, secret or weak are not believed', async () => {
    const { issuer, broker } = scene;
    const { jwk } = issuer.key;
    const weak = createSigningKey('weak', 'RS256', 1024);
    const wrong: readonly (readonly unknown[])[] = [
      Array.from({ length: 51 }, () => jwk),
      [jwk, { kty: 'oct', k: 'c2VjcmV0', kid: 'shared' }],
      [{ ...jwk, d: 'AQAB' }],
      [{ ...jwk, e: 'AQ' }],
      [weak.jwk],
      [{ ...jwk, use: 'enc' }],
    ];
    for (const members of wrong) {
      issuer.publishMembers(members);
      expect(await scene.ask()).toBe('502 MAYFLY_ISSUER_KEYS');
      await broker.clock.advance(60_000);
    }
    issuer.behave('huge');
    expect(await scene.ask()).toBe(unavailable);
    await broker.clock.advance(60_000);
    issuer.behave('none');
    issuer.publishMembers([weak.jwk, jwk]);
    expect(await scene.ask()).toBe('granted');
  });
});
