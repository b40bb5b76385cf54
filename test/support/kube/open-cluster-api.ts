import { openKubeAccess } from '#adapters/kube/access/open-kube-access.ts';
import { createKubeApi } from '#adapters/kube/client/create-kube-api.ts';
import type { KubeApi } from '#core/ports/kube/kube-api.ts';
import { createServerTime } from '#platform/kube/server-time.ts';
import { createSystemClock } from '#platform/time/system-clock.ts';
import { createSystemRandom } from '#platform/time/system-random.ts';
import type { Cluster } from '#test/support/cluster/create-cluster.ts';

/** The API of a cluster as the controller speaks to it: as `admin`, or through a proxy at `url`. */
export async function openClusterApi(cluster: Cluster, url?: string): Promise<KubeApi> {
  const clock = createSystemClock();
  const kubeconfig = await cluster.writeKubeconfig('admin', url);
  const access = await openKubeAccess({ kubeconfig, isPerson: false }, clock);
  return createKubeApi(
    {
      clock,
      random: createSystemRandom(),
      access,
      serverTime: createServerTime(clock),
      mayWrite: () => true,
      onCall: () => undefined,
    },
    { version: 'test' },
  );
}
