import { createHmac, createPublicKey } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { asJson } from '#test/support/broker/open-broker-on-http.ts';
import { openJobScene, type JobScene } from '#test/support/broker/open-job-scene.ts';
import { brokerAudience, makeClaims } from '#test/support/issuer/real-claims.ts';
import { createSigningKey, flipSignature, signTexts } from '#test/support/issuer/signing-key.ts';

const minute = 60;

function encode(part: object): string {
  return Buffer.from(JSON.stringify(part)).toString('base64url');
}

/* See policies.test.ts for how each row is proven to need its defence. */
describe('tokens that are not what they seem', () => {
  let scene: JobScene;

  beforeAll(async () => {
    scene = await openJobScene('github');
  });
  afterAll(async () => await scene.close());

  function claims(change: object = {}): ReturnType<typeof makeClaims> {
    const { broker, issuer } = scene;
    return makeClaims('github', broker.clock.now(), { iss: issuer.url, ...change });
  }
  function seconds(): number {
    return scene.broker.clock.now() / 1000;
  }

  it('row 3: a token for others, for any, or for several is refused', async () => {
    const notForHere = `401 the token is not for here: it must be made for ${brokerAudience}`;
    for (const aud of ['sts.amazonaws.com', 'https://github.com/octo-org', `${brokerAudience}/`]) {
      expect(await scene.ask({ aud })).toBe(notForHere);
    }
    expect(await scene.ask({ aud: [] })).toBe(notForHere);
    for (const aud of [undefined, '', 7, ['', brokerAudience]]) {
      expect(await scene.ask({ aud })).toMatch(/^401 the token has a claim aud/u);
    }
    expect(await scene.ask({ aud: [brokerAudience, 'sigstore'] })).toMatch(/^401 .*2 audiences/u);
    expect(await scene.ask({ aud: [brokerAudience] })).toBe('granted');
  });

  it('row 12: a token from a log is refused once its job has used it', async () => {
    const token = scene.sign();
    expect(await scene.show(token)).toBe('granted');
    const other = { secrets: { USER: 'vault:app/db#user' } };
    expect(await scene.show(token, other)).toBe('403 token.spent');
    expect(await scene.ask()).toBe('granted');
  });

  it('row 12: of many that use a token at once one is served', async () => {
    const token = scene.sign();
    const requests = Array.from({ length: 20 }, (_, at) => ({
      secrets: { [`PASSWORD_${at}`]: 'vault:app/db#password' },
    }));
    const answers = await Promise.all(
      requests.map(async (request) => await scene.show(token, request)),
    );
    expect(answers.filter((answer) => answer === 'granted')).toHaveLength(1);
    expect(new Set(answers)).toEqual(new Set(['granted', '403 token.spent']));
  });

  it('row 13: no other writing of a token is another token', async () => {
    const token = scene.sign();
    const last = token.at(-1) ?? '';
    const other = last === 'A' ? 'B' : String.fromCodePoint((last.codePointAt(0) ?? 0) + 1);
    for (const written of [`${token}==`, `${token} `, `${token}\n`, ` ${token}`]) {
      expect(await scene.show(written)).toMatch(/^401 the token is not three parts/u);
    }
    expect(await scene.show(`${token.slice(0, -1)}${other}`)).toMatch(/^401 /u);
    expect(await scene.show(token)).toBe('granted');
  });

  it('row 13: the two signatures that ECDSA has for one token are one use', async () => {
    const key = createSigningKey('ec', 'ES256');
    const { issuer, broker } = scene;
    issuer.publish(issuer.key, key);
    await broker.clock.advance(40_000);
    const texts = [JSON.stringify({ alg: 'ES256', kid: 'ec' }), JSON.stringify(claims())] as const;
    const token = signTexts(key, texts);
    expect(await scene.show(flipSignature(token))).toBe('granted');
    const request = { secrets: { USER: 'vault:app/db#user' } };
    expect(await scene.show(token, request)).toBe('403 token.spent');
  });

  it('row 14: who was given a token for itself can pass on neither it nor what came of it', async () => {
    expect(await scene.ask({ aud: 'https://deploy.example.com' })).toMatch(/^401 .*not for here/u);
    const login = { role: 'shop/release', jwt: scene.sign() };
    const { text } = await scene.broker.send('/v1/auth/jwt/login', asJson(login));
    const { auth } = JSON.parse(text) as { auth: { client_token: string } };
    await scene.broker.put('AccessPolicy', 'shop/other', {
      subjects: [{ github: { issuer: 'github', ownerId: ['65'], repositoryId: ['74'] } }],
      grants: [{ store: 'vault', paths: ['app/*'], maxTtl: '15m' }],
    });
    expect(await scene.show(auth.client_token, { policy: 'shop/other' })).toBe('403 token.policy');
    const renewed = asJson({ ...login, jwt: auth.client_token });
    expect(await scene.broker.send('/v1/auth/jwt/login', renewed)).toMatchObject({ status: 403 });
    expect(await scene.show(auth.client_token)).toBe('granted');
  });

  it('row 17: no signature, one with the public key, and a key that the token brings are none', async () => {
    const { issuer } = scene;
    const { jwk, kid } = issuer.key;
    const payload = encode(claims());
    expect(await scene.show(`${encode({ alg: 'none' })}.${payload}.`)).toMatch(/^401 /u);
    expect(await scene.show(`${encode({ alg: 'none' })}.${payload}.AA`)).toMatch(/another way/u);
    const pem = createPublicKey({ key: jwk, format: 'jwk' }).export({
      type: 'spki',
      format: 'pem',
    });
    const signed = `${encode({ alg: 'HS256', kid })}.${payload}`;
    const mac = createHmac('sha256', pem).update(signed).digest('base64url');
    expect(await scene.show(`${signed}.${mac}`)).toMatch(/^401 .*another way/u);
    const own = createSigningKey(kid);
    for (const brought of [
      { jwk: own.jwk },
      { jku: 'https://evil.example' },
      { x5u: 'https://evil.example' },
      { x5c: [] },
    ]) {
      const header = JSON.stringify({ alg: 'RS256', kid, ...brought });
      const token = signTexts(own, [header, JSON.stringify(claims())]);
      expect(await scene.show(token)).toMatch(/^401 the token has the header parameter/u);
    }
    expect(await scene.ask()).toBe('granted');
  });

  it('row 20: a token without an end, for long, or of tomorrow is refused', async () => {
    const now = seconds();
    expect(await scene.ask({ exp: undefined })).toBe('401 the token has no claim exp');
    expect(await scene.ask({ iat: undefined })).toBe('401 the token has no claim iat');
    expect(await scene.ask({ exp: now + 31_536_000 })).toBe(
      '401 the token lives 31536000 s, and issuer github allows 600 s (maxTokenAge)',
    );
    const late = { iat: now + 3 * minute, nbf: undefined, exp: now + 8 * minute };
    expect(await scene.ask(late)).toMatch(/^401 the token is not valid before/u);
    const over = { iat: now - 6 * minute, nbf: undefined, exp: now - 2 * minute };
    expect(await scene.ask(over)).toMatch(/^401 the token ended/u);
    expect(await scene.ask({ exp: now + 10 * minute })).toBe('granted');
  });

  it('row 21: a claim that stands there twice is refused, whichever reader would take it', async () => {
    const header = JSON.stringify({ alg: 'RS256', kid: scene.issuer.key.kid });
    const { repository_id: id, ...rest } = claims();
    const double = `{"repository_id":"99",${JSON.stringify({ repository_id: id, ...rest }).slice(1)}`;
    const token = signTexts(scene.issuer.key, [header, double]);
    expect(await scene.show(token)).toMatch(/^401 the token has a payload/u);
    const single = JSON.stringify({ ...rest, repository_id: id });
    expect(await scene.show(signTexts(scene.issuer.key, [header, single]))).toBe('granted');
  });

  it('row 22: a claim of another type is none', async () => {
    const denied = '403 subjects[0].github.repositoryId';
    for (const id of [['74'], { 0: '74' }, 74.5, true, '74 ', '074']) {
      expect(await scene.ask({ repository_id: id })).toBe(denied);
    }
    const header = JSON.stringify({ alg: 'RS256', kid: scene.issuer.key.kid });
    const { repository_id: id, ...rest } = claims();
    const inherited = `{"__proto__":{"repository_id":"74"},${JSON.stringify(rest).slice(1)}`;
    expect(await scene.show(signTexts(scene.issuer.key, [header, inherited]))).toBe(denied);
    expect(await scene.ask({ repository_id: id })).toBe('granted');
  });
});
