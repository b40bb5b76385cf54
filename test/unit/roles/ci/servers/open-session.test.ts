import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { SecretBytes } from '#core/secret/secret-bytes.ts';
import { openSession, type BrokerSession } from '#roles/ci/servers/open-session.ts';
import { parseWanted } from '#roles/ci/wanted.ts';
import { createFakeCiWorld, type FakeCiWorld } from '#test/support/ci/fake-ci-world.ts';
import { makeFakeToken } from '#test/support/ci/fake-token.ts';
import { openFakeBroker, type FakeBroker } from '#test/support/ci/open-fake-broker.ts';
import { until } from '#test/support/until.ts';
import type { Answer } from '#test/support/stores/create-answering-server.ts';

const { signal } = new AbortController();

let broker: FakeBroker;
let world: FakeCiWorld;
let session: BrokerSession;
let given: SecretBytes[];
beforeEach(async () => {
  broker = await openFakeBroker();
  broker.values.set('vault:a#k', 'value of a');
  world = createFakeCiWorld();
  world.clock.jumpTo(Date.now());
  given = [];
  session = openSession(world, place(), {
    name: 'a test',
    fetch: async () => {
      const token = SecretBytes.take(Buffer.from(makeFakeToken(broker.url)));
      given.push(token);
      return token;
    },
  });
});
afterEach(async () => {
  await broker.close();
});

function place() {
  return { address: broker.url, ca: broker.caPem };
}

function exchange() {
  const wanted = parseWanted({ variables: ['A=vault:a#k'], files: [], formats: [] });
  return session.exchange({ broker: place(), policy: 'shop/ci', wanted, ttlMs: null }, signal);
}

function askToWait(seconds: number): Answer {
  return (response) => response.writeHead(503, { 'retry-after': String(seconds) }).end('{}');
}

/** Moves the clock until something is so. */
async function untilLater(isSo: () => boolean): Promise<void> {
  await until(isSo, async () => await world.clock.advance(500));
}

describe('a session at the broker', () => {
  it.each([
    { pause: 10, tokens: 1, words: 'the same token for a moment' },
    { pause: 50, tokens: 2, words: 'a new token after a while' },
  ])('asks again with $words', async ({ pause, tokens }) => {
    broker.faults.push(askToWait(pause));
    const exchanging = exchange();
    await untilLater(() => broker.granted === 1);
    expect(Buffer.from((await exchanging).values.get('A')?.expose() ?? []).toString()).toBe(
      'value of a',
    );
    expect(given).toHaveLength(tokens);
    expect(given.every((token) => token.isWiped)).toBe(true);
  });

  it('gives back what has not ended, once', async () => {
    await exchange();
    broker.leaseSeconds = -1;
    await exchange();
    await session.end();
    await session.end();
    expect([...broker.leases]).toEqual(['lease-2']);
    expect(broker.requests.map(({ method }) => method)).toEqual(['POST', 'POST', 'DELETE']);
  });

  it('gives back the others when one of them cannot be', async () => {
    await exchange();
    await exchange();
    broker.faults.push((response) => response.writeHead(403).end('{}'));
    await session.end();
    expect(broker.leases.size).toBe(1);
    expect(world.written().match(/was not given back/gu)).toHaveLength(1);
  });

  it.each([
    { words: 'ahead of', hours: 1 },
    { words: 'behind', hours: -1 },
  ])('knows how long a lease lasts by a clock that is $words that of the broker', async (clock) => {
    const now = Date.now() + clock.hours * 3_600_000;
    world.clock.jumpTo(now);
    const { expiresAt } = await exchange();
    expect(Math.round((expiresAt - now) / 60_000)).toBe(10);
    await session.end();
    expect(broker.leases.size).toBe(0);
  });

  it('does not wait long for a broker that takes nothing back', async () => {
    await exchange();
    broker.faults.push(() => undefined);
    let hasEnded = false;
    const ending = session.end().then(() => (hasEnded = true));
    await untilLater(() => hasEnded);
    await ending;
    expect(world.written()).toContain('no answer in time [MAYFLY_CI_UNAVAILABLE]');
  });
});
