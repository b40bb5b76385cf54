import { expect, it } from '@jest/globals';
import { ownResources } from '#core/api/kube-resources.ts';
import { readPodWorld } from '#core/injection/pod-world.ts';
import type { KubeResource } from '#core/ports/kube/kube-api.ts';
import { readClusterPolicy } from '#roles/cli/explain/explain-token.ts';
import { explainPod } from '#roles/cli/explain/explain-pod.ts';
import { readClusterObjects } from '#roles/cli/explain/read-cluster-objects.ts';
import { readClusterPod } from '#roles/cli/explain/read-cluster-pod.ts';
import { expectCode } from '#test/support/expect-code.ts';
import { createFakeClock } from '#test/support/fake-clock.ts';
import { createMemoryKube } from '#test/support/memory/memory-kube.ts';
import { aPod, aSettings } from '#test/support/pods/build-pod.ts';

const { signal } = new AbortController();
const namespace = 'shop';

function resource(kind: string, group = ''): KubeResource {
  return { group, version: 'v1', plural: `${kind.toLowerCase()}s`, kind };
}

function createCluster(): ReturnType<typeof createMemoryKube> {
  const kube = createMemoryKube(createFakeClock());
  const login = { method: 'kubernetes', role: 'web' };
  const provider = { vault: { address: 'https://vault.test', login } };
  const namespaceSelector = { matchLabels: { team: 'a' } };
  kube.put(ownResources.ClusterStore, {
    metadata: { name: 'vault' },
    spec: { namespaceSelector, provider },
  });
  kube.put(ownResources.Store, { metadata: { name: 'own', namespace }, spec: { provider } });
  kube.put(resource('Namespace'), { metadata: { name: namespace, labels: { team: 'a' } } });
  const { metadata, spec } = aPod({ 'secret.db': 'cluster/vault:kv/db' });
  const template = { metadata, spec };
  kube.put(resource('Pod'), { metadata: { ...metadata, name: 'web', namespace }, spec });
  kube.put(resource('Deployment', 'apps'), {
    metadata: { name: 'web', namespace },
    spec: { template },
  });
  return kube;
}

it('a pod and a workload of a cluster are explained by its stores, policies and labels', async () => {
  const kube = createCluster();
  const world = readPodWorld(await readClusterObjects(kube, namespace, signal));
  expect(world.stores.map(({ name }) => name)).toEqual(['own', 'cluster/vault']);
  for (const target of ['web', 'deployment/web']) {
    const document = await readClusterPod(kube, { target, namespace }, signal);
    const explained = explainPod(document, { world, namespace, settings: aSettings() });
    expect(explained).toMatchObject({ decision: { kind: 'inject' } });
  }
});

it('what is not there is told', async () => {
  const kube = createCluster();
  for (const target of ['other', 'deployment/other', 'service/web', 'deployment/']) {
    const reading = readClusterPod(kube, { target, namespace }, signal);
    await expectCode(reading, 'MAYFLY_POD_NOT_FOUND');
  }
});

it('a policy of a cluster is read with the TokenIssuers that stand beside it', async () => {
  const kube = createMemoryKube(createFakeClock());
  kube.put(ownResources.AccessPolicy, { metadata: { name: 'release', namespace }, spec: {} });
  kube.put(ownResources.ClusterAccessPolicy, { metadata: { name: 'all' }, spec: {} });
  kube.put(ownResources.TokenIssuer, { metadata: { name: 'github' }, spec: {} });
  const ofNamespace = await readClusterPolicy(kube, 'shop/release', signal);
  expect(ofNamespace.map(({ kind }) => kind)).toEqual(['AccessPolicy', 'TokenIssuer']);
  const ofCluster = await readClusterPolicy(kube, 'cluster/all', signal);
  expect(ofCluster[0]).toMatchObject({ kind: 'ClusterAccessPolicy', metadata: { name: 'all' } });
  for (const place of ['shop/other', 'release']) {
    await expectCode(readClusterPolicy(kube, place, signal), 'MAYFLY_POLICY_NOT_FOUND');
  }
});
