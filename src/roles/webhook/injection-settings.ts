import { createError } from '#core/errors/mayfly-error.ts';
import { resolveSettings } from '#core/injection/resolve-settings.ts';
import type { InjectionSettings } from '#core/injection/settings.ts';
import type { Configuration } from '#platform/config/schema.ts';

/** What the configuration says of injected pods. Throws `MAYFLY_CONFIG_CONFLICT` when it names no image. */
export function readInjectionSettings({ webhook, election }: Configuration): InjectionSettings {
  const { image } = webhook.agent;
  if (image === undefined) {
    const problem = 'must name the image of the agent';
    throw createError('MAYFLY_CONFIG_CONFLICT', { key: 'webhook.agent.image', problem });
  }
  return resolveSettings(webhook, image, election.namespace);
}
