import { describe, expect, it } from '@jest/globals';
import type { KubeName, KubeResource, KubeWatchEvent } from '#core/ports/kube/kube-api.ts';
import { expectCode } from '#test/support/expect-code.ts';
import { createFakeClock, settle } from '#test/support/fake-clock.ts';
import { createMemoryKube, type MemoryKube } from '#test/support/memory/memory-kube.ts';

const secrets: KubeResource = { group: '', version: 'v1', plural: 'secrets', kind: 'Secret' };
const sources: KubeResource = {
  group: 'mayfly.dev',
  version: 'v1alpha1',
  plural: 'gitsources',
  kind: 'GitSource',
};
const { signal } = new AbortController();
const call = { signal };
const secret: KubeName = { resource: secrets, namespace: 'prod', name: 'db' };
const source: KubeName = { resource: sources, namespace: 'prod', name: 'repo' };
const one = Buffer.from('1').toString('base64');
const two = Buffer.from('2').toString('base64');

function create(): MemoryKube {
  return createMemoryKube(createFakeClock());
}

describe('writing to the API server in memory', () => {
  it('gives an identity at creation and refuses a second one', async () => {
    const kube = create();
    const made = await kube.create(secret, { data: { a: one } }, call);
    expect(made).toMatchObject({ kind: 'Secret', type: 'Opaque', data: { a: one } });
    expect(made.metadata.uid).not.toBe('');
    await expectCode(kube.create(secret, {}, call), 'MAYFLY_KUBE_EXISTS');
  });

  it('counts generations for what is asked for, not for metadata and status', async () => {
    const kube = create();
    await kube.create(source, { spec: { url: 'a' }, status: { forged: true } }, call);
    expect(kube.peek(source)).not.toHaveProperty('status');
    await kube.patch(source, { status: { a: 1 } }, { ...call, subresource: 'status' });
    await kube.patch(source, { status: { a: 2 }, metadata: { labels: { a: 'b' } } }, call);
    expect(kube.peek(source)).toMatchObject({ metadata: { generation: 1 }, status: { a: 1 } });
    kube.edit(source, { spec: { url: 'b' } });
    expect(kube.peek(source)?.metadata.generation).toBe(2);
  });

  it('writes nothing when nothing changes', async () => {
    const kube = create();
    await kube.create(secret, { data: { a: one } }, call);
    const first = await kube.apply(secret, { data: { a: one } }, call);
    const again = await kube.apply(secret, { data: { a: one } }, call);
    expect(again.metadata.resourceVersion).toBe(first.metadata.resourceVersion);
  });

  it('removes by apply what was applied before and leaves what others own', async () => {
    const kube = create();
    await kube.apply(secret, { data: { a: one, b: one } }, call);
    kube.edit(secret, { data: { c: one }, metadata: { labels: { team: 'x' } } });
    await kube.apply(secret, { data: { a: two } }, call);
    expect(kube.peek(secret)).toMatchObject({
      data: { a: two, c: one },
      metadata: { labels: { team: 'x' } },
    });
    expect(kube.peek(secret)).not.toHaveProperty('data.b');
    expect(kube.peek(secret)?.metadata.managedFields).toContainEqual(
      expect.objectContaining({
        manager: 'mayfly',
        operation: 'Apply',
        fieldsV1: { 'f:data': { 'f:a': {} } },
      }),
    );
  });

  it('does not remove by apply what was posted and never applied', async () => {
    const kube = create();
    await kube.create(secret, { data: { a: one, b: one } }, call);
    await kube.apply(secret, { data: { a: one } }, call);
    expect(kube.peek(secret)).toHaveProperty('data.b', one);
  });

  it('takes by apply what somebody else has changed', async () => {
    const kube = create();
    await kube.apply(secret, { data: { a: one } }, call);
    kube.edit(secret, { data: { a: two } });
    await kube.apply(secret, { data: { a: one } }, call);
    expect(kube.peek(secret)).toHaveProperty('data.a', one);
  });

  it('refuses what was decided on another state', async () => {
    const kube = create();
    const { metadata } = await kube.create(secret, { data: { a: one } }, call);
    kube.edit(secret, { data: { a: two } });
    const on = { uid: metadata.uid, resourceVersion: metadata.resourceVersion };
    await expectCode(kube.apply(secret, {}, { ...call, on }), 'MAYFLY_KUBE_CONFLICT');
    await expectCode(kube.patch(secret, {}, { ...call, on }), 'MAYFLY_KUBE_CONFLICT');
    await expectCode(kube.delete(secret, { ...call, on }), 'MAYFLY_KUBE_CONFLICT');
    await expectCode(kube.replace(secret, { metadata: on }, call), 'MAYFLY_KUBE_CONFLICT');
    kube.removeByHand(secret);
    await expectCode(kube.apply(secret, {}, { ...call, on }), 'MAYFLY_KUBE_CONFLICT');
    await expectCode(kube.patch(secret, {}, { ...call, on }), 'MAYFLY_KUBE_NOT_FOUND');
    await kube.delete(secret, { ...call, on });
  });

  it('refuses another type and a value that is no base64', async () => {
    const kube = create();
    await kube.create(secret, { type: 'a' }, call);
    await expectCode(kube.apply(secret, { type: 'b' }, call), 'MAYFLY_KUBE_REFUSED');
    await expectCode(kube.apply(secret, { data: { a: '!' } }, call), 'MAYFLY_KUBE_REFUSED');
  });

  it('keeps what has finalizers until the last one is gone', async () => {
    const kube = create();
    kube.put(sources, { metadata: { name: 'repo', namespace: 'prod', finalizers: ['a/b'] } });
    kube.removeByHand(source);
    expect(kube.peek(source)?.metadata.deletionTimestamp).toBe('2026-01-01T00:00:00Z');
    kube.edit(source, { metadata: { finalizers: null } });
    expect(kube.peek(source)).toBeNull();
  });
});

describe('reading from the API server in memory', () => {
  it('lists page by page the state of the first page', async () => {
    const kube = create();
    for (const name of ['a', 'b', 'c']) {
      kube.put(secrets, { metadata: { name, namespace: 'prod', labels: { name } } });
    }
    const query = { resource: secrets, labelSelector: 'name in (a,b,c),!other' };
    const first = await kube.list(query, { ...call, limit: 2 });
    kube.removeByHand({ ...secret, name: 'c' });
    const second = await kube.list(query, { ...call, limit: 2, next: first.next ?? '' });
    expect([...first.items, ...second.items].map(({ metadata }) => metadata.name)).toEqual(
      'abc'.split(''),
    );
    expect(second.resourceVersion).toBe(first.resourceVersion);
    kube.compact();
    const late = kube.list(query, { ...call, limit: 2, next: first.next ?? '' });
    await expectCode(late, 'MAYFLY_KUBE_EXPIRED');
  });

  it('selects by fields and answers metadata alone', async () => {
    const kube = create();
    kube.put(secrets, { metadata: { name: 'db', namespace: 'prod' }, data: { a: one } });
    kube.put(secrets, { metadata: { name: 'web', namespace: 'prod' } });
    const query = { resource: secrets, fieldSelector: 'metadata.name=db', metadataOnly: true };
    const { items } = await kube.list(query, { ...call, limit: 9 });
    expect(items).toHaveLength(1);
    expect(items[0]).not.toHaveProperty('data');
    expect(items[0]).toHaveProperty('kind', 'PartialObjectMetadata');
  });

  it('watches what a selector begins and ceases to match', async () => {
    const kube = create();
    const seen: KubeWatchEvent[] = [];
    const { resourceVersion } = await kube.list({ resource: secrets }, { ...call, limit: 1 });
    const query = { resource: secrets, labelSelector: 'a=b', resourceVersion, timeoutSeconds: 240 };
    const stop = new AbortController();
    const watching = (async () => {
      for await (const event of kube.watch(query, { signal: stop.signal })) seen.push(event);
    })();
    kube.put(secrets, { metadata: { name: 'db', namespace: 'prod' } });
    kube.edit(secret, { metadata: { labels: { a: 'b' } } });
    kube.edit(secret, { data: { a: one } });
    kube.edit(secret, { metadata: { labels: { a: 'c' } } });
    await settle();
    kube.watches.bookmarkAll();
    kube.watches.endAll();
    await watching;
    const kinds = ['added', 'modified', 'deleted', 'bookmark', 'bookmark'];
    expect(seen.map(({ kind }) => kind)).toEqual(kinds);
    kube.compact();
    kube.edit(secret, { data: { a: two } });
    const late = kube.watch({ ...query, resourceVersion }, call);
    await expectCode(Array.fromAsync(late), 'MAYFLY_KUBE_EXPIRED');
  });
});
