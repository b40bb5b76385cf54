import { describe, expect, it } from '@jest/globals';
import { connectValkey } from '#adapters/replay/valkey/connect-valkey.ts';
import { createValkeyReplay } from '#adapters/replay/valkey/create-valkey-replay.ts';
import { createError } from '#core/errors/mayfly-error.ts';
import {
  openBrokerOnHttp,
  asJson,
  type BrokerOnHttp,
} from '#test/support/broker/open-broker-on-http.ts';
import { openJobScene } from '#test/support/broker/open-job-scene.ts';
import { describeOrSkip } from '#test/support/describe-with-parts.ts';
import { createFakeClock, type FakeClock } from '#test/support/fake-clock.ts';
import { createFakeRandom } from '#test/support/fake-random.ts';
import { makeClaims } from '#test/support/issuer/real-claims.ts';
import { createSigningKey, signToken } from '#test/support/issuer/signing-key.ts';
import { closeAfterEach } from '#test/support/valkey/close-after-each.ts';
import { until } from '#test/support/until.ts';
import { createValkey, whyNoValkey } from '#test/support/valkey/create-valkey.ts';

const minuteMs = 60_000;
const nothing = { key: 'none', request: '', issuedAt: 0, until: 0, limit: 1 };
const other = { secrets: { USER: 'vault:app/db#user' } };

const keep = closeAfterEach();

describe('a token that is used again', () => {
  it('reads two secrets of one job of GitLab, whose runner logs in once for each', async () => {
    const scene = keep(await openJobScene('gitlab'));
    const jwt = scene.sign();
    async function logIn(): Promise<number> {
      const login = asJson({ role: 'shop/release', jwt });
      const { status, text } = await scene.broker.send('/v1/auth/jwt/login', login);
      if (status !== 200) return status;
      const { auth } = JSON.parse(text) as { auth: { client_token: string } };
      const headers = { 'x-vault-token': auth.client_token };
      const read = await scene.broker.send('/v1/vault/data/app/db', { headers });
      expect(JSON.parse(read.text)).toMatchObject({ data: { data: { user: 'shop' } } });
      return read.status;
    }
    expect([await logIn(), await logIn()]).toEqual([200, 200]);
    await scene.trust({ usesPerJob: 1 });
    await scene.broker.clock.advance(minuteMs);
    expect(await logIn()).toBe(403);
  });

  it('is that of a sidecar which was started again before its token was renewed', async () => {
    const key = createSigningKey('cluster');
    const iss = 'https://kubernetes.default.svc.cluster.local';
    const pod = { name: 'web-1', uid: 'pod-1' };
    const bound = { namespace: 'shop', serviceaccount: { name: 'web', uid: 'web-1' }, pod };
    const alive = { review: { username: 'system:serviceaccount:shop:web', podUid: pod.uid } };
    const broker = keep(
      await openBrokerOnHttp({
        cluster: {
          readApiServer: async (what) =>
            Buffer.from(JSON.stringify(what === 'keys' ? { keys: [key.jwk] } : { issuer: iss })),
          readConfigMap: async () => null,
        },
        parts: { reviewer: { review: async () => alive.review } },
      }),
    );
    await broker.put('TokenIssuer', 'own', {
      kind: 'kubernetes',
      issuer: iss,
      keys: { cluster: {} },
    });
    await broker.put('AccessPolicy', 'shop/release', {
      subjects: [{ pod: { issuer: 'own', serviceAccounts: ['web'] } }],
      grants: [{ store: 'vault', paths: ['app/*'], maxTtl: '15m' }],
    });
    const change = { iss, 'kubernetes.io': bound, exp: broker.clock.now() / 1000 + 600 };
    const claims = makeClaims('kubernetes', broker.clock.now(), change);
    const token = signToken(key, { claims });
    expect((await broker.exchange(token)).status).toBe(200);
    await broker.clock.advance(8 * minuteMs);
    expect((await broker.exchange(token)).status).toBe(200);
    alive.review = { ...alive.review, podUid: 'pod-2' };
    expect((await broker.exchange(token)).status).toBe(403);
  });

  it('was not used by a request that a store did not answer', async () => {
    const { broker, sign, show } = keep(await openJobScene('github'));
    const token = sign();
    broker.store.breakWith(
      createError('MAYFLY_STORE_UNAVAILABLE', { store: 'vault', reason: 'it answered 503' }),
    );
    expect(await show(token)).toBe('503 MAYFLY_STORE_UNAVAILABLE');
    broker.store.breakWith(null);
    expect(await show(token, other)).toBe('granted');
    expect(await show(token)).toBe('403 token.spent');
  });
});

describeOrSkip(whyNoValkey(), 'two brokers that remember uses in one Valkey', () => {
  async function openPair(): Promise<{
    readonly brokers: readonly [BrokerOnHttp, BrokerOnHttp];
    readonly clock: FakeClock;
    sign(): string;
    readonly server: Awaited<ReturnType<typeof createValkey>>;
  }> {
    const server = keep(await createValkey());
    const clock = createFakeClock();
    const key = createSigningKey('pair');
    const open = async (): Promise<BrokerOnHttp> => {
      const connection = connectValkey(
        { clock, random: createFakeRandom() },
        { host: '127.0.0.1', port: server.port, tls: null, username: null, password: null },
      );
      const replay = createValkeyReplay(connection, clock);
      await replay.release(nothing, new AbortController().signal);
      const broker = keep(await openBrokerOnHttp({ clock, replay }));
      const jwks = JSON.stringify({ keys: [key.jwk] });
      await broker.put('TokenIssuer', 'github', {
        kind: 'github',
        issuer: String(makeClaims('github', 0)['iss']),
        keys: { inline: { jwks } },
      });
      await broker.put('AccessPolicy', 'shop/release', {
        subjects: [{ github: { issuer: 'github', ownerId: ['65'], repositoryId: ['74'] } }],
        grants: [{ store: 'vault', paths: ['app/*'], maxTtl: '15m' }],
      });
      return broker;
    };
    const brokers = [await open(), await open()] as const;
    await clock.advance(1000);
    return {
      brokers,
      clock,
      server,
      sign: () => signToken(key, { claims: makeClaims('github', clock.now()) }),
    };
  }

  it('serve one use between them while one takes over from the other', async () => {
    const { brokers, sign, clock } = await openPair();
    const [old, next] = brokers;
    const token = sign();
    expect((await old.exchange(token)).status).toBe(200);
    expect((await next.exchange(token, other)).status).toBe(403);
    expect((await next.exchange(token)).status).toBe(200);
    await clock.advance(61_000);
    expect((await next.exchange(token)).status).toBe(403);
    const fresh = sign();
    const both = await Promise.all(
      [old, next, old, next].map(async (broker, at) => {
        const secrets = { [`USER_${at}`]: 'vault:app/db#user' };
        return (await broker.exchange(fresh, { secrets })).status;
      }),
    );
    expect(both.filter((status) => status === 200)).toHaveLength(1);
  });

  it('serve nobody while it is gone, and nobody from before it lost its memory', async () => {
    const { brokers, sign, clock, server } = await openPair();
    const [broker] = brokers;
    const [before, unused] = [sign(), sign()];
    expect((await broker.exchange(before)).status).toBe(200);
    await server.kill();
    expect((await broker.exchange(unused)).status).toBe(503);
    await clock.advance(1000);
    await server.start();
    await until(async () => (await broker.exchange(before)).status !== 503);
    for (const token of [before, unused]) expect((await broker.exchange(token)).status).toBe(403);
    await clock.advance(1000);
    expect((await broker.exchange(sign())).status).toBe(200);
  });
});
