import type { AgentPlan } from './agent-plan.ts';

/** Other injectors whose manifests are understood, so that two injectors never meet in one pod. */
export const compatibilities = ['vault-k8s', 'openbao-k8s', 'bank-vaults'] as const;
export type Compatibility = (typeof compatibilities)[number];

/** Quantities as Kubernetes writes them, by `cpu` and `memory`. */
export type Quantities = Readonly<Record<string, string>>;

export interface AgentResources {
  readonly requests: Quantities;
  readonly limits: Quantities;
}

/** Where agents reach the broker. */
export interface BrokerPlace {
  /** `https://host[:port]`. */
  readonly address: string;
  /** What tokens for it are made for. */
  readonly audience: string;
  /** PEM; null for the certificates of the system. */
  readonly ca: string | null;
}

/** What an administrator decides about every injected pod. Durations in milliseconds. */
export interface InjectionSettings {
  readonly agent: {
    readonly image: string;
    /** Null leaves it to the cluster. */
    readonly imagePullPolicy: 'Always' | 'IfNotPresent' | 'Never' | null;
    /** The agent in its image; `init`, `sidecar` or `ready` follows. */
    readonly command: readonly string[];
  };
  /** Secrets that the pod's namespace has to hold; added to those of the pod. */
  readonly imagePullSecrets: readonly string[];
  /** How variables reach a program; `none` where every kubelet is not known to take `fileKeyRef`. */
  readonly envVia: 'none' | AgentPlan['envVia'];
  /** Whether every kubelet restarts a pod whose agent asks for it. */
  readonly restartContainers: boolean;
  readonly compatibility: readonly Compatibility[];
  /** Of references that name no store; null: each must name one. */
  readonly defaultStore: string | null;
  /** Null where pods cannot read what it serves. */
  readonly broker: BrokerPlace | null;
  readonly resources: AgentResources;
  readonly deadlineMs: number;
  readonly refreshMs: number;
  readonly logLevel: AgentPlan['logLevel'];
  /** Containers of service meshes: the agent starts behind those that run beside the pod's init containers. */
  readonly meshProxies: readonly string[];
  /** Where Mayfly itself runs: its pods are not injected. */
  readonly ownNamespace: string;
}
