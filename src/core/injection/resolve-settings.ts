import type { InjectionSettings } from './settings.ts';

/** How the configuration says it, with every default filled in. */
export interface InjectionOptions {
  readonly webhook: {
    readonly agent: {
      readonly command: readonly string[];
      readonly imagePullPolicy?: NonNullable<InjectionSettings['agent']['imagePullPolicy']>;
      readonly imagePullSecrets: readonly string[];
      readonly cpuRequest: string;
      readonly cpuLimit: string;
      readonly memoryRequest: string;
      readonly memoryLimit: string;
      /** Milliseconds. */
      readonly deadline: number;
      /** Milliseconds. */
      readonly refresh: number;
      readonly logLevel: InjectionSettings['logLevel'];
      readonly meshProxies: readonly string[];
    };
    readonly envVia: InjectionSettings['envVia'];
    readonly restartContainers: boolean;
    readonly compatibility: InjectionSettings['compatibility'];
    readonly defaultStore?: string;
    readonly broker: { readonly address?: string };
  };
  readonly broker: { readonly url?: string };
  readonly election: { readonly namespace: string };
}

/**
 * The administrator's decisions about injected pods, from the configuration. The certificates of the broker are not in
 * it: those of the system stand in for them.
 */
export function resolveSettings(options: InjectionOptions, image: string): InjectionSettings {
  const { agent, envVia, restartContainers, compatibility, defaultStore } = options.webhook;
  const { command, imagePullPolicy = null, imagePullSecrets, logLevel, meshProxies } = agent;
  return {
    agent: { image, command, imagePullPolicy },
    imagePullSecrets,
    envVia,
    restartContainers,
    compatibility,
    defaultStore: defaultStore ?? null,
    broker: resolveBroker(options),
    resources: {
      requests: { cpu: agent.cpuRequest, memory: agent.memoryRequest },
      limits: { cpu: agent.cpuLimit, memory: agent.memoryLimit },
    },
    deadlineMs: agent.deadline,
    refreshMs: agent.refresh,
    logLevel,
    meshProxies,
    ownNamespace: options.election.namespace,
  };
}

/** Pods may reach it at another address than jobs; its tokens are made for one. */
function resolveBroker({ webhook, broker }: InjectionOptions): InjectionSettings['broker'] {
  const { address } = webhook.broker;
  return address === undefined ? null : { address, audience: broker.url ?? address, ca: null };
}
