import { createError } from '#core/errors/mayfly-error.ts';
import type { Configuration } from '#platform/config/schema.ts';
import { serveHealth } from '#platform/http/serve.ts';
import type { RoleTools } from '#platform/lifecycle/run-role.ts';
import { startRunning } from '#platform/lifecycle/start-running.ts';
import { takeStateFolder } from '#platform/lifecycle/take-state-folder.ts';
import { createBrokerMetrics } from '#platform/metrics/create-broker-metrics.ts';
import { createSystemRandom } from '#platform/time/system-random.ts';
import { openClusterWorld } from './cluster/compose.ts';
import { openBroker, type BrokerTools } from './compose.ts';
import { serveBroker, type Serving } from './serve-broker.ts';

/**
 * Starts in order: health, the state, the mirrors, and once everything is known what answers. Until then nobody is let
 * in: a broker that does not know what is allowed grants nothing.
 */
export async function runBroker(
  configuration: Configuration,
  roleTools: RoleTools & { readonly version: string },
): Promise<void> {
  const { lifecycle, logger, version } = roleTools;
  requireListen(configuration);
  const metrics = createBrokerMetrics(version, ['git-store']);
  const serving: Serving = { server: null, isReady: () => false };
  const tools = { ...roleTools, random: createSystemRandom(), metrics, serving };
  await serveHealth(
    configuration,
    { metrics, isReady: () => serving.isReady() },
    { logger, lifecycle },
  );
  await takeStateFolder(configuration.stateDir, lifecycle);
  const mirrored = await startMirrors(configuration, tools);
  if (mirrored === null) return;
  const broker = await openBroker(configuration, mirrored, tools);
  serving.isReady = () =>
    !lifecycle.stopping.aborted && serving.server !== null && broker.isReady();
  await serveBroker(configuration, broker, tools);
}

function requireListen({ broker: { listen } }: Configuration): void {
  if (listen !== undefined) return;
  const problem = 'is missing: where the broker answers, such as 0.0.0.0:8443';
  const place = 'the configuration';
  throw createError('MAYFLY_CONFIG_INVALID', { place, key: 'broker.listen', problem });
}

type World = Parameters<typeof openBroker>[1];

/** Null when the program is to end before everything is known. */
async function startMirrors(
  configuration: Configuration,
  tools: BrokerTools & { readonly version: string },
): Promise<World | null> {
  const { lifecycle } = tools;
  const calls = new AbortController();
  lifecycle.started('calls', () => calls.abort());
  const opened = await openClusterWorld(configuration, tools, calls.signal);
  startRunning(lifecycle, 'mirrors', async (signal) => await opened.run(signal));
  await opened.untilSynced(lifecycle.stopping).catch((error: unknown) => {
    if (!lifecycle.stopping.aborted) throw error;
  });
  return lifecycle.stopping.aborted ? null : opened.world;
}
