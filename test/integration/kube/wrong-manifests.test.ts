import { expect, it } from '@jest/globals';
import type { ObjectRef } from '#core/api/object.ts';
import { kinds } from '#tools/gen/kinds.ts';
import { renderCrd } from '#tools/gen/render-crd.ts';
import type { Cluster } from '#test/support/cluster/create-cluster.ts';
import { describeWithCluster } from '#test/support/cluster/describe-with-cluster.ts';
import { hour, minute, startRig } from '#test/support/controller-rig.ts';
import {
  renderManifest,
  wrongManifests,
  type WrongManifest,
} from '#test/support/kube/wrong-manifests.ts';
import { createMemoryNamespaces } from '#test/support/memory/memory-namespaces.ts';

async function applyDry(cluster: Cluster, manifest: string): Promise<string> {
  try {
    return await cluster.kubectl(['apply', '--dry-run=server', '-f', '-'], { stdin: manifest });
  } catch (error) {
    return error instanceof Error ? error.message : '';
  }
}

/** What the controller says of it, as in a cluster without a policy. */
async function readStatus({ kind, spec }: WrongManifest): Promise<string> {
  const namespaces = createMemoryNamespaces();
  namespaces.put('prod', {});
  const ttl = { minTtlMs: minute, maxTtlMs: 24 * hour };
  const defaults = { allowedHosts: ['git.test'], ttl, ownNamespace: 'mayfly-system' };
  const rig = await startRig({ 'apps/a.yaml': 'a' }, { tenancy: { namespaces, defaults } });
  const ref: ObjectRef = { kind, namespace: kind === 'TenantPolicy' ? '' : 'prod', name: 'wrong' };
  rig.objects.put(ref, spec);
  await rig.settle();
  const { status = '', message = '' } = rig.conditionOf(ref) ?? {};
  return `${status}: ${message}`;
}

await describeWithCluster('wrong manifests', {}, (cluster) => {
  it('meet definitions that the API server takes', async () => {
    for (const kind of kinds) {
      await cluster().kubectl(['apply', '-f', '-'], { stdin: renderCrd(kind) });
    }
    await cluster().kubectl(['wait', '--for=condition=Established', 'crd', '--all']);
    expect(wrongManifests.length).toBeGreaterThanOrEqual(40);
  });

  it.each(wrongManifests.filter(({ from }) => from === 'admission'))(
    '$kind with $mistake is answered at once',
    async (manifest) => {
      const answer = await applyDry(cluster(), renderManifest(manifest));
      for (const words of manifest.answer) expect(answer).toContain(words);
    },
  );

  it.each(wrongManifests.filter(({ from }) => from === 'status'))(
    '$kind with $mistake is answered in the status',
    async (manifest) => {
      expect(await applyDry(cluster(), renderManifest(manifest))).toContain('created');
      const answer = await readStatus(manifest);
      for (const words of ['False: ', ...manifest.answer]) expect(answer).toContain(words);
    },
  );

  it('are about fields that kubectl explains', async () => {
    for (const { kind } of kinds) {
      const explained = await cluster().kubectl(['explain', `${kind.toLowerCase()}.spec`]);
      expect(explained).toContain('FIELDS:');
      expect(explained).not.toContain('<no description>');
    }
  });
});
