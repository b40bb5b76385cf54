import { describe, expect, it } from '@jest/globals';
import type {
  DesiredSecret,
  SecretLease,
  SecretOwner,
  SecretSink,
} from '#core/ports/secret-sink.ts';
import type { Digest } from '#core/ports/digest.ts';
import { SecretBytes } from '#core/secret/secret-bytes.ts';
import { digestValues } from '#core/secret/value-digests.ts';
import { expectCode } from '#test/support/expect-code.ts';
import { until } from '#test/support/until.ts';

/** A sink under test, with the hands of somebody else and the digest it compares content with. */
export interface SinkUnderTest {
  readonly sink: SecretSink;
  readonly digest: Digest;
  /** A namespace it serves. */
  readonly namespace: string;
  /** Changes a value as somebody else would. */
  edit(name: string, key: string, text: string): Promise<void>;
  removeByHand(name: string): Promise<void>;
  /** Puts something that is not Mayfly's in the place of a Secret. */
  putForeign(name: string): Promise<void>;
  /** The values as text; null when there is no such Secret. */
  readText(name: string): Promise<Readonly<Record<string, string>> | null>;
  close(): Promise<void>;
}

const start = Date.UTC(2026, 0, 1);

/** What every {@link SecretSink} does. `create` gives a fresh and empty one each time. */
export function describeSecretSink(name: string, create: () => Promise<SinkUnderTest>): void {
  describe(`the secret sink ${name}`, () => {
    describeContent(create);
    describeOwnership(create);
    describePreconditions(create);
    describeLists(create);
    describeWatch(create);
  });
}

type Create = () => Promise<SinkUnderTest>;

async function withSink(create: Create, test: (sink: Bench) => Promise<void>): Promise<void> {
  const made = await create();
  try {
    await test(createBench(made));
  } finally {
    await made.close();
  }
}

interface Bench extends SinkUnderTest {
  owner(name?: string): SecretOwner;
  desired(values: Readonly<Record<string, string>>, change?: Partial<DesiredSecret>): DesiredSecret;
  lease(desired: DesiredSecret, change?: Partial<SecretLease>): SecretLease;
}

function createBench(made: SinkUnderTest): Bench {
  const { namespace, digest } = made;
  const owner = (name = 'apps'): SecretOwner => ({
    kind: 'EphemeralSecret',
    namespace,
    name,
    uid: `00000000-0000-4000-8000-${name.padStart(12, '0').slice(-12)}`,
  });
  return {
    ...made,
    owner,
    desired: (values, change = {}) => ({
      namespace,
      name: 'db',
      type: 'Opaque',
      labels: { app: 'shop' },
      annotations: {},
      values: new Map(
        Object.entries(values).map(([key, text]) => [key, SecretBytes.take(Buffer.from(text))]),
      ),
      ...change,
    }),
    lease: (desired, change = {}) => ({
      issuedAt: start,
      expiresAt: start + 3_600_000,
      verifiedAt: start,
      revision: 'a'.repeat(40),
      owner: owner(),
      path: 'apps/db.yaml',
      modifiedAt: start - 1_000,
      origin: 'origin-1',
      siblings: 1,
      digests: digestValues(digest, desired, desired.values),
      ...change,
    }),
  };
}

function describeContent(create: Create): void {
  it('gives back what it was given, beside digests of the live bytes', () =>
    withSink(create, async ({ sink, desired, lease, readText, namespace }) => {
      const secret = desired({ user: 'root', password: 'one' });
      const terms = lease(secret);
      await sink.create(secret, terms);
      const live = await sink.read({ namespace, name: 'db' });
      expect(live).toMatchObject({ type: 'Opaque', labels: { app: 'shop' }, intact: true });
      expect(live?.lease).toEqual(terms);
      expect(live?.digests).toEqual(terms.digests);
      expect(await readText('db')).toEqual({ user: 'root', password: 'one' });
    }));

  it('keeps bytes that are no text', () =>
    withSink(create, async ({ sink, desired, lease, digest, namespace }) => {
      const bytes = Uint8Array.from({ length: 256 }, (_, index) => index);
      const values = new Map([['blob.bin', SecretBytes.copyOf(bytes)]]);
      const secret = desired({}, { values });
      await sink.create(secret, lease(secret));
      const live = await sink.read({ namespace, name: 'db' });
      expect(live?.digests).toEqual(digestValues(digest, secret, values));
    }));

  it('replaces all of the content, keys that somebody added included', () =>
    withSink(create, async ({ sink, desired, lease, edit, readText, namespace }) => {
      const before = desired({ user: 'root', password: 'one' });
      await sink.create(before, lease(before));
      await edit('db', 'extra', 'by hand');
      const live = await sink.read({ namespace, name: 'db' });
      expect(live?.intact).toBe(false);
      const after = desired({ password: 'two' });
      await sink.apply(after, lease(after), live ?? nothing);
      expect(await readText('db')).toEqual({ password: 'two' });
      expect((await sink.read({ namespace, name: 'db' }))?.intact).toBe(true);
    }));

  it('tells a value that somebody changed, and repairs it', () =>
    withSink(create, async ({ sink, desired, lease, edit, readText, namespace }) => {
      const secret = desired({ password: 'one' });
      const terms = lease(secret);
      await sink.create(secret, terms);
      await edit('db', 'password', 'changed');
      const live = await sink.read({ namespace, name: 'db' });
      expect(live?.intact).toBe(false);
      expect(live?.lease).toEqual(terms);
      expect(live?.digests).not.toEqual(terms.digests);
      await sink.apply(desired({ password: 'one' }), terms, live ?? nothing);
      expect(await readText('db')).toEqual({ password: 'one' });
    }));

  it('changes a lease and nothing else', () =>
    withSink(create, async ({ sink, desired, lease, readText, namespace }) => {
      const secret = desired({ password: 'one' });
      const live = await sink.create(secret, lease(secret));
      const longer = lease(secret, { expiresAt: start + 7_200_000 });
      await sink.renew({ namespace, name: 'db' }, longer, live);
      const renewed = await sink.read({ namespace, name: 'db' });
      expect(renewed?.lease).toEqual(longer);
      expect(renewed?.uid).toBe(live.uid);
      expect(renewed?.intact).toBe(true);
      expect(await readText('db')).toEqual({ password: 'one' });
    }));

  it('removes a Secret, and does not mind that it is gone already', () =>
    withSink(create, async ({ sink, desired, lease, readText, namespace }) => {
      const secret = desired({ password: 'one' });
      const live = await sink.create(secret, lease(secret));
      await sink.remove({ namespace, name: 'db' }, live);
      await sink.remove({ namespace, name: 'db' }, live);
      expect(await sink.read({ namespace, name: 'db' })).toBeNull();
      expect(await readText('db')).toBeNull();
      expect(await sink.listManaged()).toEqual([]);
    }));
}

/** For expectations only: no Secret has it. */
const nothing = { uid: 'none', resourceVersion: 'none' };

function describeOwnership(create: Create): void {
  it('never touches what is not its own', () =>
    withSink(create, async ({ sink, desired, lease, putForeign, readText, namespace }) => {
      await putForeign('db');
      const before = await readText('db');
      const secret = desired({ password: 'one' });
      await expectCode(sink.create(secret, lease(secret)), 'MAYFLY_SINK_NOT_OWNED');
      expect(await readText('db')).toEqual(before);
      expect((await sink.read({ namespace, name: 'db' }))?.lease).toBeNull();
      expect(await sink.listManaged()).toEqual([]);
    }));

  it('leaves a released Secret where it is and no longer calls it its own', () =>
    withSink(create, async ({ sink, desired, lease, readText, namespace, owner }) => {
      const secret = desired({ password: 'one' });
      const live = await sink.create(secret, lease(secret));
      await sink.release({ namespace, name: 'db' }, live);
      expect(await readText('db')).toEqual({ password: 'one' });
      expect(await sink.readOwned(owner())).toEqual([]);
      await expectCode(sink.create(secret, lease(secret)), 'MAYFLY_SINK_NOT_OWNED');
    }));

  it('gives a Secret that was removed by hand a new one in its place', () =>
    withSink(create, async ({ sink, desired, lease, removeByHand, readText, owner }) => {
      const secret = desired({ password: 'one' });
      await sink.create(secret, lease(secret));
      await removeByHand('db');
      expect(await sink.readOwned(owner())).toEqual([]);
      await sink.create(desired({ password: 'one' }), lease(secret));
      expect(await readText('db')).toEqual({ password: 'one' });
    }));
}

function describePreconditions(create: Create): void {
  it('refuses to create what is there already', () =>
    withSink(create, async ({ sink, desired, lease }) => {
      const secret = desired({ password: 'one' });
      await sink.create(secret, lease(secret));
      await expectCode(sink.create(secret, lease(secret)), 'MAYFLY_SINK_CONFLICT');
    }));

  it('refuses a write that was decided on another state', () =>
    withSink(create, async ({ sink, desired, lease, namespace }) => {
      const secret = desired({ password: 'one' });
      const stale = await sink.create(secret, lease(secret));
      const ref = { namespace, name: 'db' };
      const longer = lease(secret, { expiresAt: start + 7_200_000 });
      await sink.renew(ref, longer, stale);
      await expectCode(sink.renew(ref, longer, stale), 'MAYFLY_SINK_CONFLICT');
      await expectCode(sink.apply(secret, longer, stale), 'MAYFLY_SINK_CONFLICT');
      await expectCode(sink.remove(ref, stale), 'MAYFLY_SINK_CONFLICT');
      await expectCode(sink.release(ref, stale), 'MAYFLY_SINK_CONFLICT');
    }));

  it('refuses a write for a Secret that has another uid by now', () =>
    withSink(create, async ({ sink, desired, lease, namespace }) => {
      const secret = desired({ password: 'one' });
      const old = await sink.create(secret, lease(secret));
      const ref = { namespace, name: 'db' };
      await sink.remove(ref, old);
      const fresh = await sink.create(desired({ password: 'one' }), lease(secret));
      expect(fresh.uid).not.toBe(old.uid);
      await expectCode(sink.remove(ref, old), 'MAYFLY_SINK_CONFLICT');
    }));
}

function describeLists(create: Create): void {
  it('lists all of its Secrets, and those of one owner', () =>
    withSink(create, async ({ sink, desired, lease, owner }) => {
      for (const [name, whose] of [
        ['one', 'apps'],
        ['two', 'apps'],
        ['three', 'other'],
      ] as const) {
        const secret = desired({ key: name }, { name });
        await sink.create(secret, lease(secret, { owner: owner(whose) }));
      }
      const all = await sink.listManaged();
      expect(all.map(({ name }) => name).toSorted()).toEqual(['one', 'three', 'two']);
      const owned = await sink.readOwned(owner('apps'));
      expect(owned.map(({ name }) => name).toSorted()).toEqual(['one', 'two']);
      expect(owned.every(({ intact }) => intact)).toBe(true);
    }));

  it('removes with what a list told', () =>
    withSink(create, async ({ sink, desired, lease }) => {
      const secret = desired({ password: 'one' });
      await sink.create(secret, lease(secret));
      for (const listed of await sink.listManaged()) await sink.remove(listed, listed);
      expect(await sink.listManaged()).toEqual([]);
    }));
}

function describeWatch(create: Create): void {
  it('tells which Secret somebody else changed, and nothing of its own writes', () =>
    withSink(create, async ({ sink, desired, lease, edit, removeByHand, namespace }) => {
      const ending = new AbortController();
      const told: string[] = [];
      const watching = sink.watch(
        (owner, { name }) => told.push(`${owner.name}: ${name}`),
        ending.signal,
      );
      const secret = desired({ password: 'one' });
      const ref = { namespace, name: 'db' };
      const created = await sink.create(secret, lease(secret));
      const next = desired({ password: 'two' });
      const applied = await sink.apply(next, lease(next), created);
      const longer = lease(next, { expiresAt: start + 7_200_000 });
      const renewed = await sink.renew(ref, longer, applied);
      await sink.remove(ref, renewed);
      await sink.create(desired({ password: 'two' }), longer);
      expect(told).toEqual([]);
      await edit('db', 'password', 'changed');
      await until(() => told.length > 0);
      await sink.apply(desired({ password: 'two' }), longer, (await sink.read(ref)) ?? nothing);
      const before = told.length;
      await removeByHand('db');
      await until(() => told.length > before);
      expect(new Set(told)).toEqual(new Set(['apps: db']));
      ending.abort();
      await watching;
    }));
}
