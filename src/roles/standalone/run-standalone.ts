import type { Configuration } from '#platform/config/schema.ts';
import { createNodeDigest } from '#platform/crypto/node-digest.ts';
import { serveHealth } from '#platform/http/serve.ts';
import type { Lifecycle } from '#platform/lifecycle/create-lifecycle.ts';
import { takeStateFolder } from '#platform/lifecycle/take-state-folder.ts';
import type { Logger } from '#platform/log/logger.ts';
import { createMetrics } from '#platform/metrics/create-metrics.ts';
import { createSystemClock } from '#platform/time/system-clock.ts';
import { createSystemRandom } from '#platform/time/system-random.ts';
import { controllerNames, createControllers } from '#roles/controller/loops/create-controllers.ts';
import { readClusterIdentity } from './cluster-identity.ts';
import { createHookServer } from '#roles/controller/servers/compose.ts';
import { startPushHooks } from '#roles/controller/servers/start-push-hooks.ts';
import { openAdapters, type StandaloneAdapters } from './compose.ts';
import { expectBroker, startBroker } from './start-broker.ts';
import type { StandaloneParts } from './standalone-parts.ts';
import { startStatusServer } from './status/status-server.ts';

/**
 * Starts everything in order: the lock, the state, what an earlier run left, the objects, the controllers, and last
 * what people and machines ask. Throws when something is wrong that would only show later.
 */
export async function runStandalone(
  configuration: Configuration,
  parts: StandaloneParts,
): Promise<void> {
  const { logger, lifecycle, version } = parts;
  await takeStateFolder(configuration.stateDir, lifecycle);
  const adapters = await openOnState(configuration, parts);
  const { objects } = adapters;
  await logFolders(configuration, adapters, logger);
  const metrics = createMetrics({ version, controllers: controllerNames });
  const random = createSystemRandom();
  const controllers = createControllers({ logger, metrics, random, parts: adapters.parts });
  follow(adapters, lifecycle);
  controllers.start();
  lifecycle.started('controllers', async (deadline) => await controllers.stop(deadline));
  const { socket } = configuration.status;
  const closeStatus = await startStatusServer(
    { logger, version, objects, enqueue: (ref) => controllers.enqueue(ref) },
    socket,
  );
  lifecycle.started('status socket', closeStatus);
  const servers = { logger, lifecycle };
  const serving = expectBroker(configuration);
  await serveHealth(
    configuration,
    { metrics, isReady: () => !lifecycle.stopping.aborted && serving.isReady() },
    servers,
  );
  const hookServer = await createHookServer(configuration, adapters.parts, {
    logger,
    onPush: (namespace, name) => controllers.enqueue({ kind: 'GitSource', namespace, name }),
  });
  await startPushHooks(configuration, hookServer, servers);
  await startBroker(configuration, adapters, { ...parts, serving });
  logger.info('mayfly is running', { version, path: socket });
}

async function openOnState(
  configuration: Configuration,
  { logger, onStep }: StandaloneParts,
): Promise<StandaloneAdapters> {
  const clock = createSystemClock();
  const random = createSystemRandom();
  const { stateDir, cluster } = configuration;
  const { id, digestKey } = await readClusterIdentity(stateDir, cluster.id, { random, onStep });
  const digest = createNodeDigest(digestKey, id);
  return await openAdapters(configuration, { clock, random, digest, logger, onStep });
}

async function logFolders(
  { objectsDir, sinks = [] }: Configuration,
  { objects }: StandaloneAdapters,
  logger: Logger,
): Promise<void> {
  const sources = await objects.list('GitSource');
  const secrets = await objects.list('EphemeralSecret');
  const count = sources.length + secrets.length;
  logger.info('objects are read from a folder', { path: objectsDir, count });
  for (const { namespace, directory } of sinks) {
    logger.info('secrets are written to a directory', { namespace, path: directory });
  }
  if (sinks.length === 0) logger.warn('no sinks are configured: no secret can be written');
}

function follow({ objects, hooks }: StandaloneAdapters, lifecycle: Lifecycle): void {
  const following = Promise.all([
    objects.follow(lifecycle.stopping),
    hooks.follow(lifecycle.stopping),
  ]);
  lifecycle.started('folder of objects and hooks', async () => {
    await following;
  });
}
