/** How a rendered file looks. */
export const fileFormats = [
  'env',
  'json',
  'yaml',
  'properties',
  'raw',
  'docker-config',
  'netrc',
] as const;
export type FileFormat = (typeof fileFormats)[number];

/** How the agent speaks to one store; all of it from an administrator's object. */
export interface PlanStore {
  /** As references name it: `vault`, or `cluster/vault`. */
  readonly name: string;
  readonly provider: 'vault';
  readonly address: string;
  /** What stands before every path there, such as `repo/data`; null for nothing. */
  readonly pathPrefix: string | null;
  /** A namespace of the store; null for its root. */
  readonly storeNamespace: string | null;
  /** PEM certificates to trust besides none other; null for those of the system. */
  readonly ca: string | null;
  /** The name that its certificate must bear; null for the host of the address. */
  readonly serverName: string | null;
  readonly login: {
    readonly method: 'kubernetes' | 'jwt';
    /** Where the method is mounted, such as `kubernetes`. */
    readonly mount: string;
    readonly role: string;
  };
  /** The projected token made for this store alone; read anew at each login. */
  readonly tokenPath: string;
}

/** One file for the containers of the pod. */
export interface PlanFile {
  /** NAME of the annotation `secret.NAME`. */
  readonly name: string;
  /** Below {@link AgentPlan.filesPath}; relative, without `..`. */
  readonly path: string;
  /** Canonical reference, see `formatReference`; null when the template alone says what is read. */
  readonly reference: string | null;
  readonly template: string | null;
  /** Name of the store that `secret "path"` of the template asks: one of {@link AgentPlan.stores}. */
  readonly store: string;
  readonly format: FileFormat;
  /** Such as 0o440. */
  readonly mode: number;
}

/** One variable of the environment. */
export interface PlanVariable {
  /** The key in the environment file: a variable name that no other entry has. */
  readonly key: string;
  /** As the container knows it, for messages. */
  readonly variable: string;
  readonly reference: string;
  /** An empty or missing value leaves the variable out instead of failing. */
  readonly optional: boolean;
}

export type PlanChange =
  | { readonly kind: 'none' }
  /** Such as `SIGHUP`, sent to the other programs of the pod's shared process namespace. */
  | { readonly kind: 'signal'; readonly signal: string }
  /** The agent ends with {@link restartExit}, whereupon the kubelet restarts every container of the pod. */
  | { readonly kind: 'restart' };

/** The exit code of an agent that asks for the restart of its pod: of no failure of Mayfly's, and of no shell's. */
export const restartExit = 10;

/**
 * What the agent of one pod is to do. The webhook decides it from annotations and administrators' objects and hands it
 * over in the agent's environment, which nobody can change afterwards. It holds references and no value.
 */
export interface AgentPlan {
  readonly version: 1;
  readonly stores: readonly PlanStore[];
  readonly files: readonly PlanFile[];
  /** Empty unless variables are asked for. */
  readonly variables: readonly PlanVariable[];
  /** How variables reach the program: the kubelet's `fileKeyRef` file, or a file for a shell to read. */
  readonly envVia: 'file' | 'shell';
  /** Folder of the files in the agent; containers may see them elsewhere. */
  readonly filesPath: string;
  /** The environment file; null when there are no variables. */
  readonly envPath: string | null;
  /** Mode of the environment file: who may read the files may read this one too when it is for a shell. */
  readonly envMode: number;
  readonly onChange: PlanChange;
  /** How often what has no lease of its own is read again by a sidecar. */
  readonly refreshMs: number;
  /** How long the first fetch may take before the agent gives up. */
  readonly deadlineMs: number;
  readonly logLevel: 'debug' | 'info' | 'warn' | 'error';
}

/** Names of the agent's environment: the plan as JSON, cut into parts `MAYFLY_PLAN_0`, `MAYFLY_PLAN_1`, … */
export const planVariable = 'MAYFLY_PLAN';
/** Characters of one part: far below the 128 KiB that Linux takes for one variable. */
export const planPartLength = 32_768;
/** All parts together. */
export const maxPlanLength = 262_144;
