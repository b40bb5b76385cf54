import { describe, expect, it } from '@jest/globals';
import type { ObjectRef } from '#core/api/object.ts';
import type { ObjectApi } from '#core/ports/object-api.ts';
import { expectCode } from '#test/support/expect-code.ts';

/** An object API under test, with the hands of the person who writes objects. */
export interface ObjectsUnderTest {
  readonly objects: ObjectApi;
  /** Creates the object, or replaces its spec; resolves when the API knows. */
  put(ref: ObjectRef, spec: object): Promise<void>;
  annotate(ref: ObjectRef, annotations: Readonly<Record<string, string>>): Promise<void>;
  delete(ref: ObjectRef): Promise<void>;
  /** Resolves when watches had the time to call back. */
  settle(): Promise<void>;
  close(): Promise<void>;
}

const ref: ObjectRef = { kind: 'GitSource', namespace: 'prod', name: 'repo' };
const spec = { url: 'https://git.test/repo.git', ref: { branch: 'main' } };
const other = { url: 'https://git.test/repo.git', ref: { branch: 'next' } };

type Create = () => Promise<ObjectsUnderTest>;

async function withObjects(
  create: Create,
  test: (made: ObjectsUnderTest) => Promise<void>,
): Promise<void> {
  const made = await create();
  try {
    await test(made);
  } finally {
    await made.close();
  }
}

async function find(
  objects: ObjectApi,
): Promise<NonNullable<Awaited<ReturnType<ObjectApi['get']>>>> {
  const object = await objects.get(ref);
  if (object === null) throw new Error('the object is not there');
  return object;
}

/** What every {@link ObjectApi} does. `create` gives a fresh and empty one each time. */
export function describeObjectApi(name: string, create: Create): void {
  describe(`the object API ${name}`, () => {
    describeReading(create);
    describeStatus(create);
    describeWatching(create);
  });
}

function describeReading(create: Create): void {
  it('knows no object that was not written', () =>
    withObjects(create, async ({ objects }) => {
      expect(await objects.get(ref)).toBeNull();
      expect(await objects.list('GitSource')).toEqual([]);
    }));

  it('gives back what was written, and lists it under its kind alone', () =>
    withObjects(create, async ({ objects, put }) => {
      await put(ref, spec);
      const object = await find(objects);
      expect(object).toMatchObject({ kind: 'GitSource', spec });
      expect(object.metadata).toMatchObject({ namespace: 'prod', name: 'repo', generation: 1 });
      expect(object.metadata.uid).not.toBe('');
      expect((await objects.list('GitSource')).map(({ metadata }) => metadata.name)).toEqual([
        'repo',
      ]);
      expect(await objects.list('EphemeralSecret')).toEqual([]);
    }));

  it('counts a change of the spec as a generation, and of annotations not', () =>
    withObjects(create, async ({ objects, put, annotate }) => {
      await put(ref, spec);
      const first = await find(objects);
      await put(ref, other);
      const second = await find(objects);
      expect(second.metadata.generation).toBe(first.metadata.generation + 1);
      expect(second.metadata.uid).toBe(first.metadata.uid);
      await annotate(ref, { 'mayfly.dev/force': '1' });
      const third = await find(objects);
      expect(third.metadata.generation).toBe(second.metadata.generation);
      expect(third.metadata.annotations).toEqual({ 'mayfly.dev/force': '1' });
    }));

  it('gives an object that was deleted and made anew another uid and no status', () =>
    withObjects(create, async (made) => {
      const { objects } = made;
      await made.put(ref, spec);
      const before = await find(objects);
      await objects.writeStatus(ref, { revision: 'a' }, before.metadata.resourceVersion);
      await made.delete(ref);
      expect(await objects.get(ref)).toBeNull();
      await made.put(ref, spec);
      const after = await find(objects);
      expect(after.metadata.uid).not.toBe(before.metadata.uid);
      expect(after.status ?? {}).not.toHaveProperty('revision');
    }));
}

function describeStatus(create: Create): void {
  it('keeps a status, also across a change of the spec', () =>
    withObjects(create, async ({ objects, put }) => {
      await put(ref, spec);
      const { metadata } = await find(objects);
      await objects.writeStatus(ref, { revision: 'a', files: 2 }, metadata.resourceVersion);
      expect((await find(objects)).status).toEqual({ revision: 'a', files: 2 });
      await put(ref, other);
      const after = await find(objects);
      expect(after.status).toEqual({ revision: 'a', files: 2 });
      expect(after.metadata.generation).toBe(metadata.generation + 1);
    }));

  it('writes an equal status at no cost', () =>
    withObjects(create, async ({ objects, put }) => {
      await put(ref, spec);
      const { metadata } = await find(objects);
      await objects.writeStatus(ref, { revision: 'a', files: 2 }, metadata.resourceVersion);
      const written = await find(objects);
      const version = written.metadata.resourceVersion;
      await objects.writeStatus(ref, { files: 2, revision: 'a' }, version);
      expect((await find(objects)).metadata.resourceVersion).toBe(version);
    }));

  it('refuses a status that was decided on another state, or on none', () =>
    withObjects(create, async (made) => {
      const { objects } = made;
      await made.put(ref, spec);
      const { metadata } = await find(objects);
      await objects.writeStatus(ref, { revision: 'a' }, metadata.resourceVersion);
      const late = objects.writeStatus(ref, { revision: 'b' }, metadata.resourceVersion);
      await expectCode(late, 'MAYFLY_OBJECT_CONFLICT');
      const now = await find(objects);
      await made.delete(ref);
      const gone = objects.writeStatus(ref, { revision: 'c' }, now.metadata.resourceVersion);
      await expectCode(gone, 'MAYFLY_OBJECT_CONFLICT');
    }));

  it('takes events', () =>
    withObjects(create, async ({ objects, put }) => {
      await put(ref, spec);
      const event = { about: ref, type: 'Normal', reason: 'Tested', message: 'a test' } as const;
      expect(await objects.recordEvent(event)).toBeUndefined();
    }));
}

function describeWatching(create: Create): void {
  it('calls back for what was added, changed and removed, until it is ended', () =>
    withObjects(create, async (made) => {
      const seen: ObjectRef[] = [];
      const ending = new AbortController();
      const watching = made.objects.watch('GitSource', (about) => seen.push(about), ending.signal);
      await made.put(ref, spec);
      await made.settle();
      expect(seen).toContainEqual(ref);
      seen.length = 0;
      await made.put(ref, other);
      await made.settle();
      expect(seen).toContainEqual(ref);
      seen.length = 0;
      await made.delete(ref);
      await made.settle();
      expect(seen).toContainEqual(ref);
      ending.abort();
      await watching;
      seen.length = 0;
      await made.put(ref, spec);
      await made.settle();
      expect(seen).toEqual([]);
    }));
}
