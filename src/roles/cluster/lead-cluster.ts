import { hostname } from 'node:os';
import type { KubeApi } from '#core/ports/kube/kube-api.ts';
import type { LeaderElection } from '#core/ports/kube/leader-election.ts';
import type { Configuration } from '#platform/config/schema.ts';
import { createLeaderElection } from '#platform/kube/election/create-leader-election.ts';
import type { Logger } from '#platform/log/logger.ts';
import type { ClusterTools, OpenCluster } from './compose.ts';

/** A cluster as one of several processes sees it. */
export interface LedCluster extends OpenCluster {
  readonly election: LeaderElection;
  /** Before and beside leading. */
  readonly api: KubeApi;
  /** Refuses every write while this process does not lead. */
  readonly fenced: KubeApi;
}

/** Adds the election by a Lease of this name in Mayfly's own namespace. */
export function leadCluster(
  cluster: OpenCluster,
  { namespace, leaseDuration, renewDeadline, retryPeriod }: Configuration['election'],
  {
    name,
    clock,
    random,
    logger,
  }: ClusterTools & { readonly name: string; readonly logger: Logger },
): LedCluster {
  const api = cluster.makeApi(() => true);
  const election = createLeaderElection(
    { api, clock, random, onFault: (error) => logger.warn('the election goes on', { error }) },
    {
      namespace,
      name,
      identity: hostname(),
      leaseDurationMs: leaseDuration,
      renewDeadlineMs: renewDeadline,
      retryPeriodMs: retryPeriod,
    },
  );
  return { ...cluster, election, api, fenced: cluster.makeApi(() => election.isLeading()) };
}
