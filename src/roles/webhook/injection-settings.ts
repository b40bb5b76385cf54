import { createError } from '#core/errors/mayfly-error.ts';
import type { InjectionSettings } from '#core/injection/settings.ts';
import type { Configuration } from '#platform/config/schema.ts';

/** What the configuration says of injected pods. Throws `MAYFLY_CONFIG_CONFLICT` when it names no image. */
export function readInjectionSettings({ webhook, election }: Configuration): InjectionSettings {
  const { agent, envVia, compatibility, defaultStore = null } = webhook;
  const { image, command, imagePullPolicy = null } = agent;
  if (image === undefined) {
    const problem = 'must name the image of the agent';
    throw createError('MAYFLY_CONFIG_CONFLICT', { key: 'webhook.agent.image', problem });
  }
  return {
    agent: { image, command, imagePullPolicy },
    imagePullSecrets: agent.imagePullSecrets,
    envVia,
    compatibility,
    defaultStore,
    resources: {
      requests: { cpu: agent.cpuRequest, memory: agent.memoryRequest },
      limits: { cpu: agent.cpuLimit, memory: agent.memoryLimit },
    },
    deadlineMs: agent.deadline,
    refreshMs: agent.refresh,
    logLevel: agent.logLevel,
    meshProxies: agent.meshProxies,
    ownNamespace: election.namespace,
  };
}
