import { describe, expect, it } from '@jest/globals';
import type { WorkloadKind } from '#core/rollout/parse-restart.ts';
import { createKubeWorkloads, workloadResources } from '#adapters/kube/workloads/kube-workloads.ts';
import { expectCode } from '#test/support/expect-code.ts';
import { createFakeClock } from '#test/support/fake-clock.ts';
import { createMemoryKube } from '#test/support/memory/memory-kube.ts';

const { signal } = new AbortController();
const mark = { key: 'restart.mayfly.dev/apps', value: 'digest-1' };

describe('a workload', () => {
  it.each<WorkloadKind>(['Deployment', 'StatefulSet', 'DaemonSet'])(
    'of kind %s is restarted once for a content, and nothing else of it changes',
    async (kind) => {
      const kube = createMemoryKube(createFakeClock());
      const resource = workloadResources[kind];
      const template = { metadata: { annotations: { team: 'shop' } }, spec: { containers: [] } };
      kube.put(resource, {
        metadata: { name: 'web', namespace: 'shop' },
        spec: { replicas: 2, template },
      });
      const workloads = createKubeWorkloads({ api: kube.connect('workloads'), signal });
      await workloads.restart('shop', { kind, name: 'web' }, mark);
      const target = { resource, namespace: 'shop', name: 'web' };
      const restarted = kube.peek(target);
      const annotations = { team: 'shop', 'restart.mayfly.dev/apps': 'digest-1' };
      expect(restarted?.['spec']).toEqual({
        replicas: 2,
        template: { ...template, metadata: { annotations } },
      });
      await workloads.restart('shop', { kind, name: 'web' }, mark);
      expect(kube.peek(target)).toEqual(restarted);
      expect(kube.requests.map(({ verb }) => verb)).toEqual(['patch', 'patch']);
    },
  );

  it('that is not there is named', async () => {
    const kube = createMemoryKube(createFakeClock());
    const workloads = createKubeWorkloads({ api: kube.connect('workloads'), signal });
    const error = await expectCode(
      workloads.restart('shop', { kind: 'Deployment', name: 'web' }, mark),
      'MAYFLY_SYNC_WORKLOAD_MISSING',
    );
    expect(error.message).toBe('there is no deployment/web to restart in namespace shop');
  });
});
