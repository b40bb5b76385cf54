import { createError } from '#core/errors/mayfly-error.ts';
import { resolveSettings } from '#core/injection/resolve-settings.ts';
import type { InjectionSettings } from '#core/injection/settings.ts';
import { parseStoreAddress } from '#core/store/store-address.ts';
import type { Configuration } from '#platform/config/schema.ts';
import { followFiles } from '#platform/files/follow-files.ts';
import { readFileBounded } from '#platform/files/read-file-bounded.ts';
import type { RoleTools } from '#platform/lifecycle/run-role.ts';
import { startRunning } from '#platform/lifecycle/start-running.ts';

/** What the configuration says of injected pods. Throws `MAYFLY_CONFIG_CONFLICT` for what cannot be. */
function readInjectionSettings(configuration: Configuration): InjectionSettings {
  const { agent, broker } = configuration.webhook;
  const { image } = agent;
  if (image === undefined) throw conflict('agent.image', 'must name the image of the agent');
  if (broker.address === undefined && broker.caFile !== undefined) {
    throw conflict('broker.caFile', 'needs webhook.broker.address');
  }
  if (broker.address !== undefined && parseStoreAddress(broker.address) === null) {
    throw conflict('broker.address', 'must be an address in its shortest form');
  }
  return resolveSettings(configuration, image);
}

function conflict(key: string, problem: string): Error {
  return createError('MAYFLY_CONFIG_CONFLICT', { key: `webhook.${key}`, problem });
}

export interface SettingsTools extends Pick<RoleTools, 'clock' | 'logger'> {
  readonly lifecycle: Pick<RoleTools['lifecycle'], 'started'>;
}

/**
 * The settings as they are now: with the certificates of the broker from their file. Until these can be read there is
 * no broker.
 */
export function followSettings(
  configuration: Configuration,
  { clock, logger, lifecycle }: SettingsTools,
): () => InjectionSettings {
  const settings = readInjectionSettings(configuration);
  const { broker } = settings;
  const { caFile: path } = configuration.webhook.broker;
  if (broker === null || path === undefined) return () => settings;
  let current: InjectionSettings = { ...settings, broker: null };
  const follower = {
    clock,
    onChange(ca: string): void {
      current = { ...settings, broker: { ...broker, ca } };
      logger.info('certificates of the broker are taken into use', { path });
    },
    onFault: (error: unknown) => logger.warn('the broker is not known', { error }),
  };
  const files = {
    read: () => readCertificates(path),
    isSame: (left: string, right: string) => left === right,
  };
  startRunning(lifecycle, 'certificates of the broker', async (signal) => {
    await followFiles(files, follower, signal);
  });
  return () => current;
}

const maxPemBytes = 65_536;
const block = /-----BEGIN CERTIFICATE-----[A-Za-z0-9+/=\s]+-----END CERTIFICATE-----/gu;

/** The certificates alone: what else is in the file is for nobody else. */
async function readCertificates(path: string): Promise<string> {
  const text = (await readFileBounded(path, maxPemBytes)).toString('latin1');
  const blocks = text.match(block);
  if (blocks === null) throw createError('MAYFLY_WEBHOOK_BROKER_CA', { path });
  return `${blocks.join('\n')}\n`;
}
