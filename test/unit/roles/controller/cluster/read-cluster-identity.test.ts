import { describe, expect, it } from '@jest/globals';
import { secretResource } from '#core/api/kube-resources.ts';
import { createError } from '#core/errors/mayfly-error.ts';
import {
  readClusterIdentity,
  type ClusterIdentity,
} from '#roles/controller/cluster/read-cluster-identity.ts';
import { createFakeClock } from '#test/support/fake-clock.ts';
import { createFakeRandom } from '#test/support/fake-random.ts';
import { expectCode } from '#test/support/expect-code.ts';
import { createMemoryKube } from '#test/support/memory/memory-kube.ts';

const namespace = 'mayfly-system';
const target = { resource: secretResource, namespace, name: 'mayfly-cluster' };
const { signal } = new AbortController();

function createStage() {
  const kube = createMemoryKube(createFakeClock());
  const random = createFakeRandom();
  const read = async (id?: string): Promise<ClusterIdentity> =>
    await readClusterIdentity({ api: kube, random, signal }, { namespace, id });
  return { kube, read };
}

function show({ id, digestKey }: ClusterIdentity): readonly string[] {
  return [id, Buffer.from(digestKey.expose()).toString('hex')];
}

describe('the identity of a cluster', () => {
  it('is made once and stays', async () => {
    const { kube, read } = createStage();
    const first = show(await read());
    expect(first[1]).toHaveLength(64);
    expect(show(await read())).toEqual(first);
    expect(kube.peek(target)).toMatchObject({ immutable: true });
  });

  it('has the id of the configuration where that names one', async () => {
    const { read } = createStage();
    const [, key] = show(await read());
    expect(show(await read('prod'))).toEqual(['prod', key]);
  });

  it('is read by whoever comes second', async () => {
    const { kube, read } = createStage();
    const stranger = createMemoryKube(createFakeClock());
    await readClusterIdentity({ api: stranger, random: createFakeRandom(), signal }, { namespace });
    const made = stranger.peek(target);
    const exists = createError('MAYFLY_KUBE_EXISTS', { what: 'create' });
    const isCreate = ({ verb }: { readonly verb: string }): boolean => {
      if (verb === 'create') kube.put(secretResource, { metadata: target, data: made?.['data'] });
      return verb === 'create';
    };
    kube.failNext(isCreate, exists);
    const [id] = show(await read());
    const encoded = Buffer.from(id ?? '').toString('base64');
    expect(made).toMatchObject({ data: { id: encoded } });
  });

  it.each([
    { what: 'no data', data: undefined },
    { what: 'no id', data: { 'digest-key': Buffer.alloc(32).toString('base64') } },
    { what: 'a key that is too short', data: { id: 'YQ==', 'digest-key': 'YQ==' } },
    {
      what: 'an id of many lines',
      data: { id: 'YQpi', 'digest-key': Buffer.alloc(32).toString('base64') },
    },
  ])('is refused with $what', async ({ data }) => {
    const { kube, read } = createStage();
    kube.put(secretResource, { metadata: { namespace, name: 'mayfly-cluster' }, data });
    await expectCode(read(), 'MAYFLY_CLUSTER_IDENTITY');
  });
});
