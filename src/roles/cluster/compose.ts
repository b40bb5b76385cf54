import { openKubeAccess } from '#adapters/kube/access/open-kube-access.ts';
import { createClusterKeys } from '#adapters/kube/client/create-cluster-keys.ts';
import { createTokenReviewer } from '#adapters/kube/client/create-token-reviewer.ts';
import { createKubeApi } from '#adapters/kube/client/create-kube-api.ts';
import type { ClusterKeys } from '#core/ports/broker/cluster-keys.ts';
import type { TokenReviewer } from '#core/ports/broker/token-verifier.ts';
import type { KubeAccess } from '#core/ports/kube/kube-access.ts';
import type { KubeApi } from '#core/ports/kube/kube-api.ts';
import type { ServerTime } from '#core/ports/kube/server-time.ts';
import type { MonotonicClock, Random } from '#core/ports/time.ts';
import type { Configuration } from '#platform/config/schema.ts';
import { createServerTime } from '#platform/kube/server-time.ts';
import type { KubeCallMetric } from '#platform/metrics/create-metrics.ts';

export interface ClusterTools {
  readonly clock: MonotonicClock;
  readonly random: Random;
  readonly metrics: { observeKubeCall(call: KubeCallMetric): void };
  readonly version: string;
}

/** The cluster that the configuration names, as the service account or the kubeconfig opens it. */
export interface OpenCluster {
  readonly access: KubeAccess;
  readonly serverTime: ServerTime;
  /** Each with a budget of its own; as somebody else with another access. */
  makeApi(mayWrite: () => boolean, access?: KubeAccess): KubeApi;
  /** Keys of issuers: of the API server itself, and in ConfigMaps of this namespace. */
  makeClusterKeys(namespace: string): ClusterKeys;
  makeTokenReviewer(): TokenReviewer;
}

export async function openCluster(
  { kube }: Pick<Configuration, 'kube'>,
  { clock, random, metrics, version }: ClusterTools,
): Promise<OpenCluster> {
  const { kubeconfig, context, qps, burst } = kube;
  const own = await openKubeAccess({ kubeconfig, context, isPerson: false }, clock);
  const serverTime = createServerTime(clock);
  function onCall(call: KubeCallMetric): void {
    metrics.observeKubeCall(call);
  }
  const options = { version, perSecond: qps, burst };
  return {
    access: own,
    serverTime,
    makeApi: (mayWrite, access = own) =>
      createKubeApi({ clock, random, access, serverTime, mayWrite, onCall }, options),
    makeClusterKeys: (namespace) =>
      createClusterKeys({ clock, random, access: own, serverTime, onCall }, { version, namespace }),
    makeTokenReviewer: () =>
      createTokenReviewer({ clock, random, access: own, serverTime, onCall }, { version }),
  };
}
