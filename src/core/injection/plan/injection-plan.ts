import type { AgentPlan } from '../agent-plan.ts';
import type { AgentResources } from '../settings.ts';
import type { Access } from './decide-access.ts';
import type { Delivery } from './decide-variables.ts';
import type { StoreTarget } from './plan-stores.ts';

/** Everything that is done to one pod. */
export interface InjectionPlan {
  readonly mode: 'init' | 'sidecar';
  /** What the agent is told. */
  readonly agent: AgentPlan;
  readonly targets: readonly StoreTarget[];
  readonly access: Access;
  readonly resources: AgentResources;
  /** The containers that get the files and the variables of annotations. */
  readonly scope: readonly string[];
  /** Where these find their files. */
  readonly filesPath: string;
  /** Variables by the name of the container. */
  readonly deliveries: ReadonlyMap<string, readonly Delivery[]>;
  /** The place of the agent among the init containers. */
  readonly place: number;
}

/** Names that an injected pod has from us. */
export const ownNames = {
  agent: 'mayfly-agent',
  files: 'mayfly-files',
  env: 'mayfly-env',
  tokens: 'mayfly-tokens',
  noAccount: 'mayfly-no-account',
} as const;

/** Before every name of a volume of ours. */
export const ownVolumePrefix = 'mayfly-';

/** Folders and files of the agent. */
export const agentPaths = {
  files: '/run/secrets/mayfly',
  env: '/run/secrets/mayfly-env',
  envFile: 'env',
  /** Where the API server puts the token of the pod's account into every container that mounts nothing there. */
  account: '/var/run/secrets/kubernetes.io/serviceaccount',
} as const;
