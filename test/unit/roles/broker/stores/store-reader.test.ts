import { beforeEach, describe, expect, it } from '@jest/globals';
import type { ReadAsked } from '#core/broker/broker-parts.ts';
import { parseStore, type Store } from '#core/api/store.ts';
import { SecretBytes } from '#core/secret/secret-bytes.ts';
import { createStoreReader } from '#roles/broker/stores/create-store-reader.ts';
import { logInToStore } from '#roles/broker/stores/log-in.ts';
import type { StoreParts } from '#roles/stores/store-parts.ts';
import { expectCode } from '#test/support/expect-code.ts';
import { createFakeClock, settle, type FakeClock } from '#test/support/fake-clock.ts';
import { aStored } from '#test/support/policies/a-stored.ts';
import { createMemoryStore, type MemoryStore } from '#test/support/stores/memory-store.ts';

const { signal } = new AbortController();

function aStore(change: object = {}, name = 'vault'): Store {
  const vault = { address: 'https://vault.example.com', login: { method: 'jwt', role: 'r' } };
  const spec = { provider: { vault }, serviceAccountName: 'reader', ...change };
  const parsed = parseStore(aStored('Store', name, spec));
  if (parsed.kind === 'invalid') throw new Error(parsed.errors.map(String).join());
  return parsed.value;
}

function asked(path: string, store = aStore()): ReadAsked {
  const place = { path, version: null };
  return { store, entries: [], onBehalfOf: 'shop', path: place, id: 'audit' };
}

describe('reads of a store', () => {
  const store = aStore();
  let clock: FakeClock;
  let memory: MemoryStore;
  let reader: ReturnType<typeof createStoreReader>;
  let isStalled = false;

  beforeEach(() => {
    clock = createFakeClock();
    memory = createMemoryStore({ clock, name: 'vault' });
    memory.put('app/db', { a: '1' });
    const token = SecretBytes.take(Buffer.from('token'));
    reader = createStoreReader({
      clock,
      logIn: async (_, ending) => {
        const session = await memory.login(token, ending);
        const stall = async (): Promise<void> => await new Promise(() => undefined);
        return {
          ...session,
          revoke: async (own) => await (isStalled ? stall() : session.revoke(own)),
        };
      },
    });
  });

  async function read(path: string, from = store): Promise<ReturnType<typeof reader.read>> {
    const found = await reader.read(asked(path, from), signal);
    found.secret.wipe();
    await settle();
    return found;
  }

  it('share one login, which is made anew after a while and when the Store changes', async () => {
    for (let count = 0; count < 3; count += 1) await read('app/db');
    expect([memory.logins, memory.openLogins]).toEqual([1, 1]);
    await clock.advance(5 * 60_000);
    await read('app/db');
    await read('app/db', aStore());
    expect([memory.logins, memory.openLogins]).toEqual([3, 1]);
  });

  it('keep no login at a Store that nobody asks for any more', async () => {
    await read('app/db', aStore({}, 'gone'));
    await clock.advance(10 * 60_000);
    await read('app/db');
    expect([memory.logins, memory.openLogins]).toEqual([2, 1]);
  });

  it('go on with a new login when the store has ended the old one', async () => {
    await read('app/db');
    memory.endAll();
    await read('app/db');
    expect([memory.logins, memory.openLogins]).toEqual([2, 1]);
  });

  it('keep the login when a path is not allowed', async () => {
    await read('app/db');
    memory.forbid('app/db');
    await expectCode(read('app/db'), 'MAYFLY_STORE_DENIED');
    expect(memory.openLogins).toBe(1);
  });

  it('of what ends with a login have one each, given back by itself', async () => {
    memory.putLeased('creds/app', (count) => ({ user: `u${count}` }), 60_000);
    const one = await read('creds/app');
    const two = await read('creds/app');
    expect(memory.openLogins).toBe(2);
    expect(one.opened?.endsAt).toBe(clock.now() + 60_000);
    await one.opened?.end(signal, { again: false });
    expect(memory.openLogins).toBe(1);
    await two.opened?.end(signal, { again: false });
    expect(memory.openLogins).toBe(0);
  });

  it('are given back in 5 seconds, or not yet', async () => {
    memory.putLeased('creds/app', () => ({ user: 'u' }), 60_000);
    const { opened } = await read('creds/app');
    isStalled = true;
    const late = expectCode(
      Promise.resolve(opened?.end(signal, { again: true })),
      'MAYFLY_BROKER_DEADLINE',
    );
    await clock.advance(5_000);
    await late;
    isStalled = false;
    await opened?.end(signal, { again: false });
    expect(memory.openLogins).toBe(0);
  });

  it('notice that a path has leases from now on', async () => {
    await read('app/db');
    memory.putLeased('app/db', () => ({ a: '2' }), 60_000);
    const found = await read('app/db');
    expect(found.opened).not.toBeNull();
  });

  it('give every login back at the end', async () => {
    await read('app/db');
    await reader.close(signal);
    expect(memory.openLogins).toBe(0);
  });
});

describe('the login at a store', () => {
  const asks: object[] = [];
  const stores: StoreParts = {
    open: async (_, { caller }) => {
      asks.push(caller);
      return createMemoryStore({ clock: createFakeClock() });
    },
    tokens: {
      requestToken: async (account) => {
        asks.push(account);
        return SecretBytes.take(Buffer.from('token'));
      },
    },
  };

  beforeEach(() => void asks.splice(0));

  it('is that of the service account of its namespace, for the store alone', async () => {
    await logInToStore({ stores, ownNamespace: 'mayfly' }, asked('app/db'), signal);
    expect(asks).toEqual([
      { namespace: 'shop', serviceAccount: 'reader' },
      { namespace: 'shop', name: 'reader', audience: 'https://vault.example.com', seconds: 600 },
    ]);
  });

  it.each([
    ['shop', 'shop'],
    ['', 'mayfly'],
  ])('at a ClusterStore for a policy of %j is of %s', async (onBehalfOf, namespace) => {
    const store = { ...aStore(), namespace: '', name: 'cluster/vault' };
    const ask = { ...asked('app/db', store), onBehalfOf };
    await logInToStore({ stores, ownNamespace: 'mayfly' }, ask, signal);
    expect(asks[0]).toEqual({ namespace, serviceAccount: 'reader' });
  });

  it('is none where nobody is named, or nobody makes tokens', async () => {
    const unnamed = asked('app/db', { ...aStore(), serviceAccountName: null });
    const deps = { stores, ownNamespace: 'mayfly' };
    await expectCode(logInToStore(deps, unnamed, signal), 'MAYFLY_BROKER_STORE_LOGIN');
    const alone = { stores: null, ownNamespace: 'mayfly' };
    await expectCode(logInToStore(alone, asked('app/db'), signal), 'MAYFLY_BROKER_STORE_LOGIN');
  });
});
