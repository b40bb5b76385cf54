import type { Workload } from '../../rollout/parse-restart.ts';

/** What a workload is restarted for. */
export interface RestartMark {
  /** Key of an annotation. */
  readonly key: string;
  readonly value: string;
}

/** Workloads of a cluster, whose pods can be replaced by new ones. */
export interface Workloads {
  /**
   * Has a workload replace its pods in its own order, unless it was restarted with this mark last: to ask again is
   * harmless. Throws `MAYFLY_SYNC_WORKLOAD_MISSING` and the failures of the API.
   */
  restart(namespace: string, workload: Workload, mark: RestartMark): Promise<void>;
}
