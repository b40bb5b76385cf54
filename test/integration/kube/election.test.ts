import { beforeAll, expect, it } from '@jest/globals';
import type { KubeApi, KubeName } from '#core/ports/kube/kube-api.ts';
import type { LeaderElection } from '#core/ports/kube/leader-election.ts';
import { createLeaderElection } from '#platform/kube/election/create-leader-election.ts';
import { createSystemRandom } from '#platform/time/system-random.ts';
import { createFakeClock, type FakeClock } from '#test/support/fake-clock.ts';
import { describeWithCluster } from '#test/support/cluster/describe-with-cluster.ts';
import { openClusterApi } from '#test/support/kube/open-cluster-api.ts';
import { until } from '#test/support/until.ts';

const forever = new AbortController().signal;
const call = { signal: forever };
const target: KubeName = {
  resource: { group: 'coordination.k8s.io', version: 'v1', plural: 'leases', kind: 'Lease' },
  namespace: 'default',
  name: 'controller',
};

await describeWithCluster('an election on a real API server', {}, (cluster) => {
  let api: KubeApi;

  beforeAll(async () => {
    api = await openClusterApi(cluster());
  });

  function join(identity: string, clock: FakeClock): LeaderElection {
    return createLeaderElection(
      { api, clock, random: createSystemRandom(), onFault: () => undefined },
      {
        namespace: 'default',
        name: 'controller',
        identity,
        leaseDurationMs: 15_000,
        renewDeadlineMs: 10_000,
        retryPeriodMs: 2000,
      },
    );
  }

  it('goes from one to the next by release, and to a third by silence', async () => {
    const clock = createFakeClock();
    /** Little by little: the server needs some time of its own. */
    const goOn = (): Promise<void> => clock.advance(5);
    const first = join('first', clock);
    const second = join('second', clock);
    const third = join('third', clock);
    const stop = new AbortController();
    void first.run(forever);
    await until(() => first.isLeading(), goOn);
    void second.run(forever);
    const created = await api.get(target, call);
    const version = created?.metadata.resourceVersion;
    await until(
      async () => (await api.get(target, call))?.metadata.resourceVersion !== version,
      goOn,
    );
    expect([first.isLeading(), second.isLeading()]).toEqual([true, false]);
    await first.release();
    await until(() => second.isLeading(), goOn);
    expect(await api.get(target, call)).toMatchObject({
      spec: { holderIdentity: expect.stringMatching(/^second_/u), leaseTransitions: 1 },
    });
    void third.run(stop.signal);
    await api.patch(target, { spec: { holderIdentity: 'nobody' } }, call);
    await until(() => second.lost.aborted, goOn);
    await until(() => third.isLeading(), goOn);
    stop.abort();
    await third.release();
    expect(await api.get(target, call)).toHaveProperty('spec.holderIdentity', '');
  });
});
