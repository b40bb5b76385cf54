import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { renderOwnTarget } from '#core/api/kube-resources.ts';
import type { KindName, ObjectRef, StoredObject } from '#core/api/object.ts';
import { createError } from '#core/errors/mayfly-error.ts';
import { expectCode } from '#test/support/expect-code.ts';
import { settle } from '#test/support/fake-clock.ts';
import { createObjectsSetup, type ObjectsSetup } from './objects-setup.ts';

const ref: ObjectRef = { kind: 'GitSource', namespace: 'prod', name: 'repo' };
const policy: ObjectRef = { kind: 'TenantPolicy', namespace: '', name: 'all' };
const spec = { url: 'https://git.test/repo.git', ref: { branch: 'main' } };
const never = new AbortController().signal;

let setup: ObjectsSetup;

beforeEach(() => {
  setup = createObjectsSetup();
});

afterEach(async () => {
  await setup.close();
});

async function find(about: ObjectRef = ref): Promise<StoredObject> {
  const object = await setup.objects.get(about);
  if (object === null) throw new Error('the object is not there');
  return object;
}

function listStatusWrites(): readonly object[] {
  return setup.kube.requests.filter(({ verb, subresource }) => {
    return verb === 'patch' && subresource === 'status';
  });
}

/** What a watch tells from now on. */
async function follow(kind: KindName): Promise<ObjectRef[]> {
  const seen: ObjectRef[] = [];
  void setup.objects.watch(kind, (about) => seen.push(about), never);
  await settle();
  return seen;
}

describe('the mirror of objects', () => {
  it('says nothing before everything was listed once', async () => {
    await setup.put(ref, spec);
    await expectCode(setup.objects.get(ref), 'MAYFLY_KUBE_UNAVAILABLE');
    await expectCode(setup.objects.list('GitSource'), 'MAYFLY_KUBE_UNAVAILABLE');
    await expectCode(setup.objects.writeStatus(ref, {}, '1'), 'MAYFLY_KUBE_UNAVAILABLE');
    expect(setup.objects.health()).toEqual({ synced: false, heardAt: null });
    const synced = setup.objects.untilSynced(never);
    await setup.start();
    await synced;
    expect(await setup.objects.list('GitSource')).toHaveLength(1);
    expect(setup.objects.health()).toEqual({ synced: true, heardAt: setup.clock.now() });
  });

  it('keeps kinds of the cluster, without a namespace', async () => {
    await setup.start();
    await setup.put(policy, {});
    expect(await find(policy)).toMatchObject({ kind: 'TenantPolicy', spec: {} });
    expect(
      (await setup.objects.list('TenantPolicy')).map(({ metadata }) => metadata.namespace),
    ).toEqual(['']);
  });

  it('holds only our annotations', async () => {
    await setup.start();
    await setup.put(ref, spec);
    const annotations = { 'kubectl.kubernetes.io/last-applied-configuration': '{}' };
    setup.kube.edit(renderOwnTarget(ref), {
      metadata: { annotations: { ...annotations, 'mayfly.dev/force': '1' } },
    });
    await settle();
    expect((await find()).metadata.annotations).toEqual({ 'mayfly.dev/force': '1' });
  });

  it('of some namespaces looks at these alone', async () => {
    const some = createObjectsSetup(['prod', 'test']);
    await some.start();
    const elsewhere = { ...ref, namespace: 'other' };
    for (const about of [ref, { ...ref, namespace: 'test' }, elsewhere, policy]) {
      await some.put(about, about.kind === 'GitSource' ? spec : {});
    }
    expect(await some.objects.list('GitSource')).toHaveLength(2);
    expect(await some.objects.list('TenantPolicy')).toHaveLength(1);
    await expectCode(some.objects.get(elsewhere), 'MAYFLY_KUBE_UNAVAILABLE');
    const lists = some.kube.requests.filter(({ verb }) => verb === 'list');
    expect(lists.filter(({ resource }) => resource === 'gitsources')).toMatchObject([
      { namespace: 'prod' },
      { namespace: 'test' },
    ]);
    await some.close();
  });

  it('knows no kind that was not asked for', async () => {
    const about = { ...ref, kind: 'Unknown' as KindName };
    await expectCode(setup.objects.get(about), 'MAYFLY_INTERNAL_BUG');
  });
});

describe('a status', () => {
  beforeEach(async () => {
    await setup.start();
    await setup.put(ref, spec);
  });

  it('that was written is seen by the next read, before the server tells of it', async () => {
    const { metadata } = await find();
    await setup.objects.writeStatus(ref, { revision: 'a' }, metadata.resourceVersion);
    const written = await find();
    expect(written.status).toEqual({ revision: 'a' });
    expect(written.metadata.resourceVersion).not.toBe(metadata.resourceVersion);
  });

  it('that is equal costs no call', async () => {
    const first = await find();
    await setup.objects.writeStatus(ref, { revision: 'a' }, first.metadata.resourceVersion);
    const second = await find();
    const equal = { revision: 'a', digest: undefined };
    await setup.objects.writeStatus(ref, equal, second.metadata.resourceVersion);
    expect(listStatusWrites()).toHaveLength(1);
  });

  it('loses the fields that disappeared, also from within', async () => {
    const before = { revision: 'a', issued: { at: 1, by: 2 }, failures: [{ path: 'a' }, 1] };
    await setup.objects.writeStatus(ref, before, (await find()).metadata.resourceVersion);
    const after = { issued: { by: 2 }, failures: [1] };
    await setup.objects.writeStatus(ref, after, (await find()).metadata.resourceVersion);
    expect(setup.kube.peek(renderOwnTarget(ref))?.['status']).toEqual(after);
  });

  it('decided on a state that is not the newest is refused by the server', async () => {
    const { resourceVersion } = (await find()).metadata;
    setup.kube.edit(renderOwnTarget(ref), { metadata: { labels: { a: 'b' } } });
    const late = setup.objects.writeStatus(ref, { revision: 'a' }, resourceVersion);
    await expectCode(late, 'MAYFLY_OBJECT_CONFLICT');
    expect(setup.kube.peek(renderOwnTarget(ref))?.['status'] ?? {}).toEqual({});
  });

  it('that lost a race is decided anew on what there is, although no event told it', async () => {
    const { resourceVersion } = (await find()).metadata;
    setup.kube.watches.freezeAll();
    setup.kube.edit(renderOwnTarget(ref), { metadata: { labels: { a: 'b' } } });
    const late = setup.objects.writeStatus(ref, { revision: 'a' }, resourceVersion);
    await expectCode(late, 'MAYFLY_OBJECT_CONFLICT');
    await setup.objects.writeStatus(
      ref,
      { revision: 'a' },
      (await find()).metadata.resourceVersion,
    );
    expect(setup.kube.peek(renderOwnTarget(ref))?.['status']).toEqual({ revision: 'a' });
  });

  it('of an object that has just gone is refused', async () => {
    const { resourceVersion } = (await find()).metadata;
    setup.kube.removeByHand(renderOwnTarget(ref));
    const late = setup.objects.writeStatus(ref, { revision: 'a' }, resourceVersion);
    await expectCode(late, 'MAYFLY_OBJECT_CONFLICT');
  });

  it('that is too large is refused before it is sent', async () => {
    const { resourceVersion } = (await find()).metadata;
    const large = { failures: ['x'.repeat(1024 * 1024)] };
    const writing = setup.objects.writeStatus(ref, large, resourceVersion);
    await expectCode(writing, 'MAYFLY_OBJECT_STATUS_TOO_LARGE');
    expect(listStatusWrites()).toEqual([]);
  });

  it('that the server does not take fails as the server says', async () => {
    const { resourceVersion } = (await find()).metadata;
    const failure = createError('MAYFLY_KUBE_UNAVAILABLE', { what: 'patch', reason: 'down' });
    setup.kube.failNext(({ verb }) => verb === 'patch', failure);
    const writing = setup.objects.writeStatus(ref, { revision: 'a' }, resourceVersion);
    await expectCode(writing, 'MAYFLY_KUBE_UNAVAILABLE');
  });
});

describe('a watch', () => {
  beforeEach(async () => {
    await setup.start();
    await setup.put(ref, spec);
  });

  it('begins with what is there', async () => {
    expect(await follow('GitSource')).toEqual([ref]);
    expect(await follow('EphemeralSecret')).toEqual([]);
  });

  it('says nothing of a status, whoever wrote it', async () => {
    const seen = await follow('GitSource');
    const { resourceVersion } = (await find()).metadata;
    await setup.objects.writeStatus(ref, { revision: 'a' }, resourceVersion);
    setup.kube.edit(renderOwnTarget(ref), { status: { revision: 'b' } });
    await settle();
    expect((await find()).status).toEqual({ revision: 'b' });
    expect(seen).toEqual([ref]);
  });

  it('tells labels and our annotations, and not those of others', async () => {
    const seen = await follow('GitSource');
    const changes = [
      { labels: { a: 'b' } },
      { annotations: { 'mayfly.dev/reconcile-at': 'now' } },
      { annotations: { 'other.test/a': 'b' } },
    ];
    for (const metadata of changes) {
      setup.kube.edit(renderOwnTarget(ref), { metadata });
      await settle();
    }
    expect(seen).toEqual([ref, ref, ref]);
  });

  it('tells what went and came while nothing was heard', async () => {
    const seen = await follow('GitSource');
    setup.kube.removeByHand(renderOwnTarget(ref));
    await setup.put(ref, spec);
    await setup.clock.advance(11 * 60_000);
    expect(seen.length).toBeGreaterThan(1);
    expect((await find()).metadata.generation).toBe(1);
  });
});
