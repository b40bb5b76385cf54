import { describe, expect, it } from '@jest/globals';
import type {
  SecretStore,
  StoredSecret,
  StorePath,
  StoreSession,
} from '#core/ports/secret-store.ts';
import type { SecretBytes } from '#core/secret/secret-bytes.ts';
import type { SecretNode } from '#core/secret/secret-tree.ts';
import { expectCode } from '#test/support/expect-code.ts';

/** A store under test, with the hands of those who fill it. */
export interface StoreUnderTest {
  readonly store: SecretStore;
  /** A new token that is let in. The suite wipes it. */
  token(): Promise<SecretBytes>;
  /** One that is not; null where nobody logs in. */
  readonly wrongToken: (() => Promise<SecretBytes>) | null;
  /** Puts text fields at a new place, or as the next version of one, and says how it is read. */
  put(name: string, fields: Readonly<Record<string, string>>): Promise<string>;
  /** A path that the login may read and where nothing is. */
  readonly emptyPath: string;
  /** A path that the login may not read, where something is; null where a login may read all there is. */
  readonly forbiddenPath: string | null;
  /** Reads of these open a lease; null where the store has none. */
  readonly leased: StorePath | null;
  /** Which versions of what `put` writes it answers. */
  readonly versions: 'all' | 'latest' | 'none';
  /** Whether a login has an end and can be renewed and given back. */
  readonly hasTerms: boolean;
  close(): Promise<void>;
}

type Create = () => Promise<StoreUnderTest>;

/** What every {@link SecretStore} does. `create` may give the same one again: the suite uses names of its own. */
export function describeSecretStore(name: string, create: Create): void {
  describe(`the secret store ${name}`, () => {
    describeProbe(create);
    describeReads(create);
    describeRefusals(create);
    describeVersions(create);
    describeTerms(create);
    describeLeases(create);
  });
}

interface Bench extends StoreUnderTest {
  readonly session: StoreSession;
  read(path: string, version?: string): Promise<StoredSecret>;
}

async function withSession(create: Create, test: (bench: Bench) => Promise<void>): Promise<void> {
  const made = await create();
  try {
    const session = await logIn(made, await made.token());
    const read: Bench['read'] = (path, version) =>
      session.read({ path, version: version ?? null }, AbortSignal.timeout(10_000));
    await test({ ...made, session, read });
  } finally {
    await made.close();
  }
}

async function logIn({ store }: StoreUnderTest, token: SecretBytes): Promise<StoreSession> {
  try {
    return await store.login(token, AbortSignal.timeout(10_000));
  } finally {
    token.wipe();
  }
}

const signal = (): AbortSignal => AbortSignal.timeout(10_000);

function textsOf({ fields }: StoredSecret): Readonly<Record<string, string>> {
  return Object.fromEntries(
    fields.entries.flatMap((entry) =>
      entry.kind === 'entry' ? [[entry.key, textOf(entry.value)]] : [],
    ),
  );
}

function textOf(node: SecretNode): string {
  if (node.kind !== 'value') return node.kind;
  return Buffer.from(node.bytes.expose()).toString('utf8');
}

function describeProbe(create: Create): void {
  it('says that it is there without a login', async () => {
    const made = await create();
    await expect(made.store.probe(signal())).resolves.toBeUndefined();
    await made.close();
  });
}

function describeReads(create: Create): void {
  it('answers every field of a path as it was written', async () => {
    await withSession(create, async ({ put, read }) => {
      const fields = {
        empty: '',
        lines: 'one\ntwo\r\n',
        marks: `"quoted" \\ / ' {{ }} % é 日本 🦋`,
        number: '007',
        user: 'shop',
      };
      const secret = await read(await put('fields', fields));
      expect(textsOf(secret)).toEqual(fields);
      secret.wipe();
    });
  });

  it('answers the same fields to two reads at once, each with bytes of its own', async () => {
    await withSession(create, async ({ put, read }) => {
      const path = await put('twice', { user: 'shop' });
      const [first, second] = await Promise.all([read(path), read(path)]);
      first.wipe();
      expect(textsOf(second)).toEqual({ user: 'shop' });
      second.wipe();
    });
  });

  it('wipes every field when the secret is wiped', async () => {
    await withSession(create, async ({ put, read }) => {
      const secret = await read(await put('wiped', { user: 'shop', password: 'open' }));
      secret.wipe();
      expect(bytesOf(secret)).toHaveLength(2);
      expect(bytesOf(secret).every((bytes) => bytes.isWiped)).toBe(true);
    });
  });

  it('leaves the token that it was given to the caller', async () => {
    const made = await create();
    const token = await made.token();
    const size = token.size;
    await made.store.login(token, signal());
    expect(token.size).toBe(size);
    token.wipe();
    await made.close();
  });

  it('has no lease for what merely lies there', async () => {
    await withSession(create, async ({ put, read }) => {
      const secret = await read(await put('plain', { user: 'shop' }));
      expect(secret.lease).toBeNull();
      secret.wipe();
    });
  });
}

function bytesOf({ fields }: StoredSecret): readonly SecretBytes[] {
  return fields.entries.flatMap((entry) =>
    entry.kind === 'entry' && entry.value.kind === 'value' ? [entry.value.bytes] : [],
  );
}

function describeRefusals(create: Create): void {
  it('says that nothing is at a path', async () => {
    await withSession(create, async ({ read, emptyPath }) => {
      const error = await expectCode(read(emptyPath), 'MAYFLY_STORE_NOT_FOUND');
      expect(error.message).toContain(emptyPath);
    });
  });

  it('says that a path is not allowed', async () => {
    await withSession(create, async ({ read, forbiddenPath }) => {
      if (forbiddenPath === null) return;
      const error = await expectCode(read(forbiddenPath), 'MAYFLY_STORE_DENIED');
      expect(error.message).toContain(forbiddenPath);
    });
  });

  it.each(['/leading', 'a/../b', 'a//b', './a', 'a/', 'a\nb', '', 'a?version=1', 'a#b'])(
    'takes %j for no path of a store',
    async (path) => {
      await withSession(create, async ({ read }) => {
        await expectCode(read(path), 'MAYFLY_STORE_PATH_INVALID');
      });
    },
  );

  it('refuses a token that is not let in', async () => {
    const made = await create();
    const { wrongToken } = made;
    if (wrongToken !== null) {
      await expectCode(logIn(made, await wrongToken()), 'MAYFLY_STORE_LOGIN_DENIED');
    }
    await made.close();
  });

  it('does nothing once the signal is aborted', async () => {
    await withSession(create, async ({ session, put }) => {
      const path = await put('aborted', { user: 'shop' });
      const reason = new Error('no longer wanted');
      const read = session.read({ path, version: null }, AbortSignal.abort(reason));
      await expect(read).rejects.toBe(reason);
    });
  });
}

function describeVersions(create: Create): void {
  it('reads the version that is asked for, and the latest without one', async () => {
    await withSession(create, async ({ put, read, versions }) => {
      if (versions === 'none') return;
      const path = await put('versions', { user: 'first' });
      const first = await read(path);
      const old = await read(path, first.version ?? '');
      expect([textsOf(old), old.version]).toEqual([{ user: 'first' }, first.version]);
      await put('versions', { user: 'second' });
      const latest = await read(path);
      expect(textsOf(latest)).toEqual({ user: 'second' });
      expect(latest.version).not.toBe(first.version);
      for (const secret of [first, old, latest]) secret.wipe();
      const again = read(path, first.version ?? '');
      if (versions === 'latest') await expectCode(again, 'MAYFLY_STORE_NOT_FOUND');
      else expect(textsOf(await again)).toEqual({ user: 'first' });
    });
  });

  it('says that there is no such version', async () => {
    await withSession(create, async ({ put, read, versions }) => {
      if (versions === 'none') return;
      const path = await put('missing-version', { user: 'shop' });
      await expectCode(read(path, '4711'), 'MAYFLY_STORE_NOT_FOUND');
    });
  });

  it('answers no version at all where it keeps none', async () => {
    await withSession(create, async ({ put, read, versions }) => {
      if (versions !== 'none') return;
      const path = await put('no-versions', { user: 'shop' });
      await expectCode(read(path, '1'), 'MAYFLY_STORE_VERSION_UNKNOWN');
      const secret = await read(path);
      expect(secret.version).toBeNull();
      secret.wipe();
    });
  });
}

function describeTerms(create: Create): void {
  it('prolongs a login', async () => {
    await withSession(create, async ({ session, hasTerms }) => {
      expect(session.expiresAt !== null).toBe(hasTerms);
      expect(session.renewable).toBe(hasTerms);
      if (!hasTerms) return;
      const term = await session.renew(signal());
      expect(term.durationMs).toBeGreaterThan(0);
      expect(session.accessor).toMatch(/\S/u);
    });
  });

  it('answers nothing after the login was given back', async () => {
    await withSession(create, async ({ session, put, read }) => {
      const path = await put('given-back', { user: 'shop' });
      await session.revoke(signal());
      await expectCode(read(path), 'MAYFLY_STORE_LOGIN_ENDED');
      await expectCode(session.renew(signal()), 'MAYFLY_STORE_LOGIN_ENDED');
    });
  });

  it('gives a login back once', async () => {
    await withSession(create, async ({ session }) => {
      await session.revoke(signal());
      await expectCode(session.revoke(signal()), 'MAYFLY_STORE_LOGIN_ENDED');
    });
  });
}

function describeLeases(create: Create): void {
  it('opens a lease and prolongs it', async () => {
    await withSession(create, async ({ session, leased }) => {
      if (leased === null) return;
      const secret = await session.read(leased, signal());
      const { lease } = secret;
      expect(lease).toMatchObject({ durationMs: expect.any(Number), renewable: true });
      const term = await session.renewLease(lease?.id ?? '', signal());
      expect(term.durationMs).toBeGreaterThan(0);
      secret.wipe();
    });
  });

  it('does not prolong a lease that it does not know', async () => {
    await withSession(create, async ({ session, leased }) => {
      if (leased === null) return;
      const id = `${leased.path}/4f9a1c0b2d3e4f5a6b7c8d9e`;
      await expectCode(session.renewLease(id, signal()), 'MAYFLY_STORE_LEASE_ENDED');
    });
  });

  it('makes another secret for every read that opens a lease', async () => {
    await withSession(create, async ({ session, leased }) => {
      if (leased === null) return;
      const [first, second] = [
        await session.read(leased, signal()),
        await session.read(leased, signal()),
      ];
      expect(first.lease?.id).not.toBe(second.lease?.id);
      expect(textsOf(first)).not.toEqual(textsOf(second));
      for (const secret of [first, second]) secret.wipe();
    });
  });
}
