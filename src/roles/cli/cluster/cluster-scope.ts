import { createError } from '#core/errors/mayfly-error.ts';
import type { KubeApi } from '#core/ports/kube/kube-api.ts';
import type { MonotonicClock } from '#core/ports/time.ts';

export interface ClusterDeps {
  readonly api: KubeApi;
  readonly clock: MonotonicClock;
  readonly signal: AbortSignal;
}

/** What says where the objects are: on this machine, or in a cluster. */
export interface PlaceOptions {
  readonly config?: string;
  readonly namespace?: string;
  readonly allNamespaces?: boolean;
  readonly kubeconfig?: string;
  readonly context?: string;
}

/** Whether a cluster is asked, and not the program on this machine. Throws `MAYFLY_CLI_USAGE` when it is unclear. */
export function isOfCluster(options: PlaceOptions): boolean {
  const isScoped = options.namespace !== undefined || options.allNamespaces === true;
  const reason = isScoped ? misuseOfScope(options) : misuseOfMachine(options);
  if (reason !== null) throw createError('MAYFLY_CLI_USAGE', { reason });
  return isScoped;
}

function misuseOfScope({ config, namespace, allNamespaces = false }: PlaceOptions): string | null {
  if (namespace !== undefined && allNamespaces) {
    return 'give either --namespace or --all-namespaces';
  }
  return config === undefined ? null : '--config is of a program on this machine, not of a cluster';
}

function misuseOfMachine({ kubeconfig, context }: PlaceOptions): string | null {
  if (kubeconfig === undefined && context === undefined) return null;
  return 'a cluster takes a --namespace or, where a command has it, --all-namespaces';
}
