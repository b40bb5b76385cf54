import { createClient } from '@redis/client';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { connectValkey } from '#adapters/replay/valkey/connect-valkey.ts';
import { createValkeyReplay } from '#adapters/replay/valkey/create-valkey-replay.ts';
import type { ReplayStore, TokenUse } from '#core/ports/broker/replay-store.ts';
import { createSystemClock } from '#platform/time/system-clock.ts';
import { describeReplayStore } from '#test/contract/replay-store.ts';
import { describeOrSkip } from '#test/support/describe-with-parts.ts';
import { expectCode } from '#test/support/expect-code.ts';
import { createFakeClock } from '#test/support/fake-clock.ts';
import { createFakeRandom } from '#test/support/fake-random.ts';
import { createFaultProxy, type FaultProxy } from '#test/support/fault-proxy.ts';
import { until } from '#test/support/until.ts';
import { createValkey, whyNoValkey, type Valkey } from '#test/support/valkey/create-valkey.ts';

const { signal } = new AbortController();
const plain = { host: '127.0.0.1', tls: null, username: null, password: null };

describeOrSkip(whyNoValkey(), 'Valkey', () => {
  describeReplayStore('Valkey', async () => {
    const server = await createValkey();
    const clock = createFakeClock();
    const random = createFakeRandom();
    const connection = connectValkey({ clock, random }, { ...plain, port: server.port });
    const store = createValkeyReplay(connection, clock);
    return {
      ...clock,
      store,
      async close() {
        await store.close();
        await server.close();
      },
    };
  });

  describe('the uses of tokens between brokers', () => {
    let server: Valkey;
    let proxy: FaultProxy;
    let brokers: readonly ReplayStore[] = [];

    beforeAll(async () => {
      server = await createValkey();
    });
    afterAll(async () => {
      await server.close();
    });
    beforeEach(async () => {
      proxy = await createFaultProxy({ targetPort: server.port });
      brokers = [server.port, proxy.port].map(openStore);
      await Promise.all(brokers.map(async (broker) => await broker.release(aUse('none'), signal)));
    });
    afterEach(async () => {
      await Promise.all(brokers.map(async (broker) => await broker.close()));
      await proxy.close();
    });

    it('are taken by one of two that ask at once', async () => {
      const use = aUse('both');
      const verdicts = await Promise.all(
        brokers.flatMap((broker) =>
          [1, 2, 3].map(
            async (at) => await broker.take({ ...use, request: `${at}-${Math.random()}` }, signal),
          ),
        ),
      );
      expect(verdicts.filter((verdict) => verdict === 'first')).toHaveLength(1);
    });

    it('are refused while the server does not answer, and taken again once it does', async () => {
      const [, partitioned] = brokers;
      const use = aUse('partitioned');
      expect(await partitioned?.take(use, signal)).toBe('first');
      proxy.setFault({ kind: 'reset' });
      proxy.cut();
      await expectCode(take(partitioned, { ...use, request: 'next' }), 'MAYFLY_REPLAY_UNAVAILABLE');
      proxy.setFault({ kind: 'none' });
      await until(
        async () => (await verdictOf(partitioned, { ...use, request: 'next' })) === 'spent',
      );
    });

    it('are refused while the server takes questions and answers none', async () => {
      proxy.setFault({ kind: 'stall' });
      const stalled = openStore(proxy.port);
      await expectCode(take(stalled, aUse('stalled')), 'MAYFLY_REPLAY_UNAVAILABLE');
      await stalled.close();
    });

    it('end with the request that asks', async () => {
      const gone = AbortSignal.abort(new Error('the caller left'));
      const [broker] = brokers;
      await expect(broker?.take(aUse('gone'), gone)).rejects.toThrow('the caller left');
    });

    it('are unknown once the server lost its memory', async () => {
      const [broker] = brokers;
      const use = aUse('lost');
      expect(await broker?.take(use, signal)).toBe('first');
      await server.kill();
      await expectCode(take(broker, { ...use, request: 'down' }), 'MAYFLY_REPLAY_UNAVAILABLE');
      await server.start();
      await until(async () => (await verdictOf(broker, { ...use, request: 'up' })) === 'unknown');
      expect(await broker?.take(aUse('new'), signal)).toBe('first');
    });
  });

  it('does not know of tokens from before it began again with an older snapshot', async () => {
    const server = await createValkey();
    const store = openStore(server.port);
    await store.take(aUse('earlier'), signal);
    await saveSnapshot(server.port);
    const use = aUse('later than the snapshot');
    expect(await store.take(use, signal)).toBe('first');
    await server.kill();
    await server.start();
    await until(async () => (await verdictOf(store, { ...use, request: 'up' })) !== 'refused');
    expect(await take(store, { ...use, request: 'other' })).toBe('unknown');
    expect(await take(store, aUse('new'))).toBe('first');
    await store.close();
    await server.close();
  });

  it('is refused where it may forget keys', async () => {
    const server = await createValkey('--maxmemory', '10mb', '--maxmemory-policy', 'allkeys-lru');
    const store = openStore(server.port);
    const error = await expectCode(take(store, aUse('lru')), 'MAYFLY_REPLAY_UNAVAILABLE');
    expect(error.message).toContain('allkeys-lru');
    await store.close();
    await server.close();
  });

  it('is refused where the password is wrong', async () => {
    const server = await createValkey('--requirepass', 'of this test');
    const store = openStore(server.port);
    await expectCode(take(store, aUse('password')), 'MAYFLY_REPLAY_UNAVAILABLE');
    await store.close();
    await server.close();
  });
});

function openStore(port: number): ReplayStore {
  const deps = { clock: createSystemClock(), random: createFakeRandom() };
  return createValkeyReplay(connectValkey(deps, { ...plain, port }), deps.clock);
}

async function saveSnapshot(port: number): Promise<void> {
  const client = createClient({ socket: { port } });
  await client.connect();
  await client.sendCommand(['SAVE']);
  client.destroy();
}

/** As issued now, which is later than the memory began. */
function aUse(key: string): TokenUse {
  const issuedAt = Date.now();
  return { key, request: 'r', limit: 1, issuedAt, until: issuedAt + 600_000 };
}

async function take(store: ReplayStore | undefined, use: TokenUse): Promise<unknown> {
  return await store?.take(use, signal);
}

async function verdictOf(store: ReplayStore | undefined, use: TokenUse): Promise<unknown> {
  return await take(store, use).catch(() => 'refused');
}
