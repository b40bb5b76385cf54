import { describe, expect, it } from '@jest/globals';
import { readPodWorld, renderContext } from '#core/injection/pod-world.ts';
import { expectCode } from '#test/support/expect-code.ts';
import { aSettings } from '#test/support/pods/build-pod.ts';
import { vaultStore } from '#test/support/webhook/pods.ts';

const { apiVersion } = vaultStore;
const provider = vaultStore.spec.provider;

function ownStore(namespace?: string): object {
  return { apiVersion, kind: 'Store', metadata: { name: 'own', namespace }, spec: { provider } };
}

const policy = {
  apiVersion,
  kind: 'TenantPolicy',
  metadata: { name: 'shops' },
  spec: { namespaceSelector: { matchLabels: { kind: 'shop' } } },
};

const shop = {
  apiVersion: 'v1',
  kind: 'Namespace',
  metadata: { name: 'shop', labels: { kind: 'shop' } },
};

describe('what documents say for pods', () => {
  it('is who of the stores and policies is there for a namespace', () => {
    const world = readPodWorld([vaultStore, ownStore('shop'), policy, shop]);
    const there = renderContext(world, 'shop', aSettings());
    expect(there.namespace).toEqual({ name: 'shop', labels: { kind: 'shop' } });
    expect(there.findStore('cluster/vault')?.namespace).toBe('');
    expect(there.findStore('own')?.namespace).toBe('shop');
    expect(there.policies.map(({ name }) => name)).toEqual(['shops']);
    const elsewhere = renderContext(world, 'elsewhere', aSettings());
    expect(elsewhere.namespace.labels).toEqual({});
    expect(elsewhere.findStore('own')).toBeNull();
    expect(elsewhere.policies).toEqual([]);
  });

  it('places a Store that names no namespace in the default one', () => {
    const world = readPodWorld([ownStore()]);
    expect(renderContext(world, 'default', aSettings()).findStore('own')).not.toBeNull();
  });

  it('passes over what is no business of pods', () => {
    const foreign = { ...vaultStore, apiVersion: 'example.com/v1' };
    const world = readPodWorld([null, 'text', { kind: 'Deployment' }, foreign]);
    expect(world).toEqual({ stores: [], policies: [], labels: new Map() });
  });

  it('is refused when a store is wrong', async () => {
    const wrong = { ...vaultStore, spec: { provider: {} } };
    await expectCode((async () => readPodWorld([wrong]))(), 'MAYFLY_OBJECT_FIELD_MISSING');
  });
});
