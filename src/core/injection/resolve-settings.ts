import type { InjectionSettings } from './settings.ts';

/** How the configuration of the webhook says it, with every default filled in. */
export interface WebhookOptions {
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
}

/** The administrator's decisions about injected pods, from the configuration of the webhook. */
export function resolveSettings(
  { agent, envVia, restartContainers, compatibility, defaultStore }: WebhookOptions,
  image: string,
  ownNamespace: string,
): InjectionSettings {
  const { command, imagePullPolicy = null, imagePullSecrets, logLevel, meshProxies } = agent;
  return {
    agent: { image, command, imagePullPolicy },
    imagePullSecrets,
    envVia,
    restartContainers,
    compatibility,
    defaultStore: defaultStore ?? null,
    resources: {
      requests: { cpu: agent.cpuRequest, memory: agent.memoryRequest },
      limits: { cpu: agent.cpuLimit, memory: agent.memoryLimit },
    },
    deadlineMs: agent.deadline,
    refreshMs: agent.refresh,
    logLevel,
    meshProxies,
    ownNamespace,
  };
}
