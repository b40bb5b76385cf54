import { describe, expect, it } from '@jest/globals';
import type { TokenIssuer } from '#core/api/token-issuer.ts';
import type { ErrorCode } from '#core/errors/catalogue.ts';
import type { ClusterKeys } from '#core/ports/broker/cluster-keys.ts';
import { createHmac } from 'node:crypto';
import { expectCode } from '#test/support/expect-code.ts';
import { makeTokenIssuer } from '#test/support/issuer/make-token-issuer.ts';
import { makeClaims } from '#test/support/issuer/real-claims.ts';
import {
  createSigningKey,
  flipSignature,
  signToken,
  type SigningKey,
} from '#test/support/issuer/signing-key.ts';
import { createVerifierUnderTest } from '#test/support/issuer/verifier-under-test.ts';

const now = Date.UTC(2026, 0, 1);
const rsa = createSigningKey('rsa');
const ec = createSigningKey('ec', 'ES256');
const canary = 'canary-5f2d8c';

function inline(...keys: readonly SigningKey[]): Pick<TokenIssuer, 'keys'> {
  return { keys: { kind: 'inline', jwks: JSON.stringify({ keys: keys.map(({ jwk }) => jwk) }) } };
}

function githubToken(key: SigningKey, change: object = {}, header: object = {}): string {
  return signToken(key, {
    claims: makeClaims('github', now, { ...change }),
    header: { ...header },
  });
}

const github = makeTokenIssuer(inline(rsa, ec));
const list = [github];
const { verify } = createVerifierUnderTest(() => list);

async function expectRefusal(token: string, code: ErrorCode, issuers = list): Promise<void> {
  const error = await expectCode(createVerifierUnderTest(() => issuers).verify(token), code);
  const shown = JSON.stringify(error) + error.message;
  expect(shown).not.toContain(canary);
  expect(shown).not.toContain('octo-');
}

describe('a token that is verified', () => {
  it('says who made it, what it claims, and how long', async () => {
    const token = githubToken(rsa, { jti: 'j-1' });
    expect(await verify(token)).toMatchObject({
      issuer: github,
      claims: { repository_id: '74' },
      issuedAt: now,
      expiresAt: now + 300_000,
      replayKey: 'github:jti:j-1',
    });
  });

  it('may name no key', async () => {
    await expect(verify(githubToken(ec, {}, { kid: undefined }))).resolves.toBeDefined();
  });

  it('is one token in both forms of its ES256 signature', async () => {
    const token = githubToken(ec, { jti: undefined });
    const [one, other] = [await verify(token), await verify(flipSignature(token))];
    expect(one.replayKey).toBe(other.replayKey);
  });

  it('is proven by any of the keys with the id that it names', async () => {
    const twins = ['ES256', 'ES256', 'RS256'].map((alg) => createSigningKey('twin', alg));
    const issuers = [makeTokenIssuer(inline(...twins))];
    const twin = createVerifierUnderTest(() => issuers);
    for (const key of twins) await expect(twin.verify(githubToken(key))).resolves.toBeDefined();
    const stranger = createSigningKey('twin', 'ES256');
    await expectRefusal(githubToken(stranger), 'MAYFLY_TOKEN_SIGNATURE', issuers);
  });
});

// Attacks 13, 17 and 25.
describe('a token that is refused', () => {
  const [head = '', body = '', signature = ''] = githubToken(rsa, { actor: canary }).split('.');
  const other = createSigningKey('rsa');

  it.each<[string, string, ErrorCode]>([
    ['with the signature of another key', githubToken(other), 'MAYFLY_TOKEN_SIGNATURE'],
    [
      'of a key that is not published',
      githubToken(createSigningKey('x')),
      'MAYFLY_TOKEN_KEY_UNKNOWN',
    ],
    ['with the key of another', githubToken(rsa, {}, { kid: 'ec' }), 'MAYFLY_TOKEN_KEY_UNKNOWN'],
    [
      'with other claims than were signed',
      `${head}.${Buffer.from(JSON.stringify(makeClaims('github', now))).toString('base64url')}.${signature}`,
      'MAYFLY_TOKEN_SIGNATURE',
    ],
    ['with the algorithm none', githubToken(rsa, {}, { alg: 'none' }), 'MAYFLY_TOKEN_ALGORITHM'],
    [
      'with another algorithm of its key',
      githubToken(rsa, {}, { alg: 'PS256' }),
      'MAYFLY_TOKEN_ALGORITHM',
    ],
    [
      'with another kind of algorithm',
      githubToken(rsa, {}, { alg: 'ES256' }),
      'MAYFLY_TOKEN_KEY_UNKNOWN',
    ],
    ['with its public key as a secret', signBySecret(), 'MAYFLY_TOKEN_ALGORITHM'],
    ['in another form', `${head}.${body}.${signature}=`, 'MAYFLY_TOKEN_MALFORMED'],
    ['with a key of its own', githubToken(other, {}, { jwk: other.jwk }), 'MAYFLY_TOKEN_MALFORMED'],
    [
      'of another issuer',
      githubToken(rsa, { iss: `${github.issuer}/` }),
      'MAYFLY_TOKEN_ISSUER_UNKNOWN',
    ],
    ['of no issuer', githubToken(rsa, { iss: undefined }), 'MAYFLY_TOKEN_ISSUER_UNKNOWN'],
    [
      'of several issuers',
      githubToken(rsa, { iss: [github.issuer] }),
      'MAYFLY_TOKEN_ISSUER_UNKNOWN',
    ],
    [
      'of what every object has',
      githubToken(rsa, { iss: '__proto__' }),
      'MAYFLY_TOKEN_ISSUER_UNKNOWN',
    ],
    ['for somebody else', githubToken(rsa, { aud: canary }), 'MAYFLY_TOKEN_AUDIENCE'],
  ])('is one %s', async (_, token, code) => {
    await expectRefusal(token, code);
  });

  it('is also one of a TokenIssuer that is suspended', async () => {
    const issuers = [{ ...github, suspend: true }];
    await expectRefusal(githubToken(rsa), 'MAYFLY_TOKEN_ISSUER_UNKNOWN', issuers);
  });

  function signBySecret(): string {
    const header = JSON.stringify({ alg: 'HS256', kid: 'rsa' });
    const texts = [header, JSON.stringify(makeClaims('github', now))];
    const signed = texts.map((text) => Buffer.from(text).toString('base64url')).join('.');
    const mac = createHmac('sha256', JSON.stringify(rsa.jwk)).update(signed).digest('base64url');
    return `${signed}.${mac}`;
  }
});

describe('TokenIssuers with the same issuer', () => {
  const shared = {
    issuer: 'https://kubernetes.default.svc.cluster.local',
    kind: 'kubernetes',
  } as const;
  const east = makeTokenIssuer({
    name: 'east',
    ...shared,
    ...inline(createSigningKey('a', 'ES256')),
  });
  const westKey = createSigningKey('a', 'ES256');
  const west = makeTokenIssuer({ name: 'west', ...shared, ...inline(westKey) });
  const token = signToken(westKey, { claims: makeClaims('kubernetes', now, { jti: 'j-1' }) });

  it('stay apart by their keys', async () => {
    for (const issuers of [
      [east, west],
      [west, east],
    ]) {
      const verified = await createVerifierUnderTest(() => issuers).verify(token);
      expect([verified.issuer.name, verified.replayKey]).toEqual(['west', 'west:jti:j-1']);
    }
    await expectRefusal(token, 'MAYFLY_TOKEN_SIGNATURE', [east]);
  });

  it('stay apart by their audiences', async () => {
    const issuers = [{ ...west, name: 'other', audiences: ['https://other.example.org'] }, west];
    expect((await createVerifierUnderTest(() => issuers).verify(token)).issuer.name).toBe('west');
    await expectRefusal(token, 'MAYFLY_TOKEN_AUDIENCE', issuers.slice(0, 1));
  });

  it('are refused where nothing tells them apart', async () => {
    await expectRefusal(token, 'MAYFLY_ISSUER_AMBIGUOUS', [west, { ...west, name: 'twin' }]);
  });

  it('do not hold each other up while one of them is out', async () => {
    const out = {
      ...west,
      name: 'out',
      keys: { kind: 'configMap', name: 'gone', key: 'jwks' },
    } as const;
    expect((await createVerifierUnderTest(() => [out, west]).verify(token)).issuer.name).toBe(
      'west',
    );
    await expectRefusal(token, 'MAYFLY_ISSUER_UNAVAILABLE', [out, east]);
  });

  it('do not hold each other up while one of them hangs', async () => {
    const keys = { kind: 'configMap', name: 'hangs', key: 'jwks' } as const;
    const listed = { issuers: [west] };
    const verifier = createVerifierUnderTest(() => listed.issuers, {
      cluster: {
        readApiServer: async () => await new Promise<never>(() => undefined),
        readConfigMap: async () => await new Promise<never>(() => undefined),
      },
    });
    await verifier.verify(token);
    listed.issuers = [{ ...west, name: 'hangs', keys }, west];
    expect((await verifier.verify(token)).issuer.name).toBe('west');
  });
});

describe('keys in the cluster', () => {
  const key = createSigningKey('a', 'ES256');
  const issuer = 'https://kubernetes.default.svc.cluster.local';
  const token = signToken(key, { claims: makeClaims('kubernetes', now) });
  const jwks = Buffer.from(JSON.stringify({ keys: [key.jwk] }));
  const configMap = { kind: 'configMap', name: 'keys', key: 'jwks' } as const;

  function clusterOf(
    document: object,
    files: Readonly<Record<string, Uint8Array>> = {},
  ): ClusterKeys {
    return {
      readApiServer: async (what) =>
        await Promise.resolve(what === 'keys' ? jwks : Buffer.from(JSON.stringify(document))),
      readConfigMap: async (name, each) => await Promise.resolve(files[`${name}/${each}`] ?? null),
    };
  }

  async function verifyWith(
    keys: TokenIssuer['keys'],
    cluster: ClusterKeys | null,
  ): Promise<unknown> {
    const issuers = [makeTokenIssuer({ kind: 'kubernetes', issuer, keys })];
    return await createVerifierUnderTest(() => issuers, { cluster }).verify(token);
  }

  it('are those of the API server, which has to be the issuer itself', async () => {
    await expect(verifyWith({ kind: 'cluster' }, clusterOf({ issuer }))).resolves.toBeDefined();
    const other = clusterOf({ issuer: 'https://other.example.org' });
    await expectCode(verifyWith({ kind: 'cluster' }, other), 'MAYFLY_ISSUER_UNAVAILABLE');
  });

  it('are those of a ConfigMap', async () => {
    const good = clusterOf({}, { 'keys/jwks': jwks });
    await expect(verifyWith(configMap, good)).resolves.toBeDefined();
    await expectCode(verifyWith(configMap, clusterOf({})), 'MAYFLY_ISSUER_UNAVAILABLE');
    const bad = clusterOf({}, { 'keys/jwks': Buffer.from('{}') });
    await expectCode(verifyWith(configMap, bad), 'MAYFLY_ISSUER_KEYS');
  });

  it('are none where there is no cluster', async () => {
    await expectCode(verifyWith({ kind: 'cluster' }, null), 'MAYFLY_ISSUER_UNAVAILABLE');
  });
});

describe('a TokenIssuer that changes', () => {
  it('is used as it is from then on, and what was read is kept where it may be', async () => {
    let reads = 0;
    const cluster: ClusterKeys = {
      readApiServer: () => Promise.reject(new Error('not asked')),
      readConfigMap: async () => {
        reads += 1;
        return await Promise.resolve(Buffer.from(JSON.stringify({ keys: [rsa.jwk] })));
      },
    };
    const keys = { kind: 'configMap', name: 'keys', key: 'jwks' } as const;
    let issuers = [{ ...github, keys }];
    const verifier = createVerifierUnderTest(() => issuers, { cluster });
    await verifier.verify(githubToken(rsa));
    issuers = [{ ...github, keys, audiences: ['mayfly'] }];
    await expectCode(verifier.verify(githubToken(rsa)), 'MAYFLY_TOKEN_AUDIENCE');
    await verifier.verify(githubToken(rsa, { aud: 'mayfly' }));
    expect(reads).toBe(1);
    issuers = [];
    await expectCode(verifier.verify(githubToken(rsa)), 'MAYFLY_TOKEN_ISSUER_UNKNOWN');
    verifier.close();
  });
});
