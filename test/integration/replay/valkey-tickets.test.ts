import { createClient } from '@redis/client';
import { expect, it } from '@jest/globals';
import { openValkey, type OpenValkey } from '#adapters/replay/valkey/open-valkey.ts';
import { createError } from '#core/errors/mayfly-error.ts';
import { makeOwnToken } from '#core/broker/tickets/own-token.ts';
import type { TicketCaller } from '#core/ports/broker/ticket-store.ts';
import type { Clock } from '#core/ports/time.ts';
import { SecretBytes } from '#core/secret/secret-bytes.ts';
import { createSystemClock } from '#platform/time/system-clock.ts';
import { createSystemRandom } from '#platform/time/system-random.ts';
import { describeTicketStore } from '#test/contract/ticket-store.ts';
import { aCaller } from '#test/support/broker/a-caller.ts';
import { describeOrSkip } from '#test/support/describe-with-parts.ts';
import { expectCode } from '#test/support/expect-code.ts';
import { createFakeClock } from '#test/support/fake-clock.ts';
import { createFaultProxy } from '#test/support/fault-proxy.ts';
import { trackSecrets } from '#test/support/track-secrets.ts';
import { closeAfterEach } from '#test/support/valkey/close-after-each.ts';
import { until } from '#test/support/until.ts';
import { createValkey, whyNoValkey, type Valkey } from '#test/support/valkey/create-valkey.ts';

const { signal } = new AbortController();
const random = createSystemRandom();
const audience = 'https://broker.example.com';

const keep = closeAfterEach();

type Prove = Parameters<typeof openValkey>[0]['prove'];

/** What every token says that is not forged. */
const believe: Prove = async ({ token }) => {
  if (textOf(token) !== 'aa.bb.cc') throw createError('MAYFLY_TOKEN_SIGNATURE', { issuer: 'x' });
  return aTicketCaller();
};

function textOf(token: SecretBytes): string {
  return Buffer.from(token.expose()).toString();
}

interface Opening {
  readonly audience?: string;
  readonly prove?: Prove;
}

function open(port: number, clock: Clock, opening: Opening = {}): OpenValkey {
  const { prove = believe, ...change } = opening;
  const options = { host: '127.0.0.1', port, tls: null, username: null, password: null };
  const both = openValkey({ clock, random, prove }, options, { audience, most: 200, ...change });
  keep(both.replay);
  return both;
}

function aTicketCaller(): TicketCaller {
  const ticket = { id: 'one', policy: 'shop/release', expiresAt: Date.now() + 600_000 };
  return { ...aCaller({ token: SecretBytes.take(Buffer.from('aa.bb.cc')) }), ticket };
}

describeOrSkip(whyNoValkey(), 'Valkey', () => {
  describeTicketStore('Valkey', async () => {
    const server = await createValkey();
    const clock = createFakeClock();
    const known = new Map<string, TicketCaller>();
    const prove: Prove = async ({ token }) => known.get(textOf(token)) ?? aTicketCaller();
    const { replay, tickets } = open(server.port, clock, { prove });
    return {
      ...clock,
      believe: (caller) => {
        if (caller.token !== null) known.set(textOf(caller.token), caller);
      },
      store: tickets,
      async close() {
        await replay.close();
        await server.close();
      },
    };
  });

  async function openPair(): Promise<{
    readonly server: Valkey;
    readonly token: SecretBytes;
    readonly here: OpenValkey['tickets'];
    readonly there: OpenValkey['tickets'];
    readonly proxy: Awaited<ReturnType<typeof createFaultProxy>>;
  }> {
    const server = keep(await createValkey());
    const proxy = keep(await createFaultProxy({ targetPort: server.port }));
    const [here, there] = [server.port, proxy.port].map((port) => open(port, createSystemClock()));
    if (here === undefined || there === undefined) throw new Error('no two');
    const token = makeOwnToken(random);
    await here.tickets.keep(token, aTicketCaller(), signal);
    return { server, token, here: here.tickets, there: there.tickets, proxy };
  }

  it('has tokens of one broker for all, until one of them revokes it', async () => {
    const { token, here, there } = await openPair();
    const { identity } = aTicketCaller();
    expect((await there.find(token, signal))?.identity).toEqual(identity);
    await there.revoke(token, identity, signal);
    expect(await here.find(token, signal)).toBeNull();
  });

  it('says that it is not there, and not that there is no such token', async () => {
    const { token, there, proxy } = await openPair();
    expect(await there.find(token, signal)).not.toBeNull();
    proxy.setFault({ kind: 'reset' });
    proxy.cut();
    const caller = aTicketCaller();
    await expectCode(there.find(token, signal), 'MAYFLY_REPLAY_UNAVAILABLE');
    await expectCode(there.keep(token, caller, signal), 'MAYFLY_REPLAY_UNAVAILABLE');
    await expectCode(there.revoke(token, caller.identity, signal), 'MAYFLY_REPLAY_UNAVAILABLE');
    proxy.setFault({ kind: 'none' });
    await until(async () => (await there.find(token, signal).catch(() => null)) !== null);
  });

  it('holds nothing of use to whoever reads it', async () => {
    const { server, token } = await openPair();
    const dump = await readEverything(server.port);
    expect(dump).toContain('mayfly:ticket:');
    const { identity, replayKey } = aTicketCaller();
    const text = textOf(token);
    const { place } = /:one:(?<place>[-\w]+)/u.exec(dump)?.groups ?? {};
    expect(place).toHaveLength(43);
    const words = [text, text.slice(7), 'aa.bb.cc', identity.subject, replayKey, 'shop/release'];
    for (const word of words) {
      const forms = ['utf8', 'base64url', 'hex'] as const;
      for (const form of forms) {
        expect(dump).not.toContain(Buffer.from(word).toString(form).slice(0, -4));
      }
    }
  });

  it('is not believed when it answers what no broker wrote', async () => {
    const { server, token, here } = await openPair();
    for (const change of [flip, () => 'AAAA', () => 'A'.repeat(200)]) {
      await changeSealed(server.port, change);
      await expectCode(here.find(token, signal), 'MAYFLY_REPLAY_UNAVAILABLE');
    }
  });

  it('is not believed either when what it answers could be opened', async () => {
    const { token, server } = await openPair();
    const asked: number[] = [];
    const prove: Prove = async (shown, ending) => {
      asked.push(shown.at);
      return await believe(shown, ending);
    };
    const { tickets } = open(server.port, createSystemClock(), { prove });
    const begun = Date.now();
    expect(await tickets.find(token, signal)).not.toBeNull();
    expect(asked[0]).toBeLessThanOrEqual(begun);
    const forged = makeOwnToken(random);
    const caller = { ...aTicketCaller(), token: SecretBytes.take(Buffer.from('aa.bb.forged')) };
    await tickets.keep(forged, caller, signal);
    const countUnwiped = trackSecrets();
    await expectCode(tickets.find(forged, signal), 'MAYFLY_TOKEN_SIGNATURE');
    expect(countUnwiped()).toBe(0);
  });

  it('cannot be made to have a token that is good for longer than any', async () => {
    const { here } = await openPair();
    const token = makeOwnToken(random);
    const { ticket, ...rest } = aTicketCaller();
    const expiresAt = Date.now() + 16 * 60_000;
    await here.keep(token, { ...rest, ticket: { ...ticket, expiresAt } }, signal);
    await expectCode(here.find(token, signal), 'MAYFLY_REPLAY_UNAVAILABLE');
  });

  it('is shared with no broker of another address', async () => {
    const { server, token } = await openPair();
    const other = open(server.port, createSystemClock(), { audience: 'https://other.example.com' });
    expect(await other.tickets.find(token, signal)).toBeNull();
  });

  it('brings back no token with an older snapshot: it may have been revoked since', async () => {
    const { server, token, here } = await openPair();
    await withClient(server.port, async (client) => await client.sendCommand(['SAVE']));
    await here.revoke(token, aTicketCaller().identity, signal);
    await server.kill();
    await server.start();
    const found = async (): Promise<unknown> => await here.find(token, signal).catch(() => 'gone');
    await until(async () => (await found()) !== 'gone');
    expect(await readEverything(server.port)).toContain(':one:');
    expect(await found()).toBeNull();
  });
});

type Client = ReturnType<typeof connect>;

function connect(port: number) {
  return createClient({ socket: { port } });
}

async function withClient<T>(port: number, work: (client: Client) => Promise<T>): Promise<T> {
  const client = connect(port);
  await client.connect();
  try {
    return await work(client);
  } finally {
    client.destroy();
  }
}

/** Every key with what it holds. */
async function readEverything(port: number): Promise<string> {
  return await withClient(port, async (client) => {
    const keys = (await client.keys('*')).toSorted();
    const held = keys.map(async (key) => {
      const isHash = (await client.type(key)) === 'hash';
      return [key, isHash ? await client.hGetAll(key) : await client.zRangeWithScores(key, 0, -1)];
    });
    return JSON.stringify(await Promise.all(held), null, 1);
  });
}

async function changeSealed(port: number, change: (sealed: string) => string): Promise<void> {
  await withClient(port, async (client) => {
    const [key = ''] = await client.keys('mayfly:ticket:*:one:*');
    await client.hSet(key, 'sealed', change((await client.hGet(key, 'sealed')) ?? ''));
  });
}

function flip(sealed: string): string {
  return sealed.replace(/.{8}$/u, 'AAAAAAAA');
}
