import type { Cluster, User } from '@kubernetes/client-node/dist/config_types.js';
import type { KubeCredentials } from '#core/ports/kube/kube-access.ts';

export interface LoginOptions {
  /** A file. Default: the service account of the pod; for a person first what `KUBECONFIG` names, or `~/.kube/config`. */
  readonly kubeconfig?: string | undefined;
  /** Default: the current context of the configuration. */
  readonly context?: string | undefined;
}

/** What a configuration says of one of its contexts. */
export interface Login {
  readonly context: string;
  /** Null when the context names none that is there. */
  readonly cluster: Cluster | null;
  readonly user: User | null;
  /** As they are in the files and the answers that this login names. */
  readCredentials(): Promise<KubeCredentials>;
}
