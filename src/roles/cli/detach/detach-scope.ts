import type { KubeApi } from '#core/ports/kube/kube-api.ts';
import type { MonotonicClock } from '#core/ports/time.ts';

export interface DetachDeps {
  readonly api: KubeApi;
  readonly clock: MonotonicClock;
  readonly signal: AbortSignal;
}

export interface DetachScope {
  /** Absent for all. */
  readonly namespace?: string | undefined;
}
