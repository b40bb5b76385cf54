import { mkdir } from 'node:fs/promises';
import { createError } from '#core/errors/mayfly-error.ts';
import type { Configuration } from '#platform/config/schema.ts';
import { createNodeDigest } from '#platform/crypto/node-digest.ts';
import { lockFolder } from '#platform/files/folder-lock.ts';
import { readErrno } from '#platform/files/system-error.ts';
import { addHealthRoutes } from '#platform/http/add-health-routes.ts';
import { createHttpServer } from '#platform/http/create-http-server.ts';
import type { Lifecycle } from '#platform/lifecycle/create-lifecycle.ts';
import type { Logger } from '#platform/log/logger.ts';
import { createMetrics, type Metrics } from '#platform/metrics/create-metrics.ts';
import { createSystemClock } from '#platform/time/system-clock.ts';
import { createSystemRandom } from '#platform/time/system-random.ts';
import { readClusterIdentity } from './cluster-identity.ts';
import { openAdapters, type StandaloneAdapters } from './compose.ts';
import { controllerNames, createControllers } from './controllers.ts';
import { startStatusServer } from './status/status-server.ts';

export interface StandaloneParts {
  readonly logger: Logger;
  readonly lifecycle: Lifecycle;
  readonly version: string;
}

/**
 * Starts everything in order: the lock, the state, what an earlier run left, the objects, the controllers, and last
 * what people and machines ask. Throws when something is wrong that would only show later.
 */
export async function runStandalone(
  configuration: Configuration,
  parts: StandaloneParts,
): Promise<void> {
  const { logger, lifecycle, version } = parts;
  await takeState(configuration.stateDir, lifecycle);
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
  await startHealth(configuration, { logger, lifecycle, metrics });
  logger.info('mayfly is running', { version, path: socket });
}

async function takeState(folder: string, lifecycle: Lifecycle): Promise<void> {
  try {
    await mkdir(folder, { recursive: true, mode: 0o700 });
  } catch (cause) {
    const failure = { path: folder, reason: readErrno(cause) };
    throw createError('MAYFLY_FILE_WRITE_FAILED', failure, { cause });
  }
  const lock = lockFolder(folder);
  lifecycle.started('lock', () => lock.release());
}

async function openOnState(
  configuration: Configuration,
  { logger }: StandaloneParts,
): Promise<StandaloneAdapters> {
  const clock = createSystemClock();
  const random = createSystemRandom();
  const { stateDir, cluster } = configuration;
  const { id, digestKey } = await readClusterIdentity(stateDir, cluster.id, random);
  const digest = createNodeDigest(digestKey, id);
  return await openAdapters(configuration, { clock, random, digest, logger });
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

async function startHealth(
  { http }: Configuration,
  parts: Pick<StandaloneParts, 'logger' | 'lifecycle'> & { readonly metrics: Metrics },
): Promise<void> {
  if (http.listen === undefined) return;
  const server = createHttpServer({ logger: parts.logger });
  addHealthRoutes(server, {
    isReady: () => !parts.lifecycle.stopping.aborted,
    metrics: parts.metrics,
  });
  const address = `${http.listen.host}:${http.listen.port}`;
  try {
    await server.listen({ host: http.listen.host, port: http.listen.port });
  } catch (cause) {
    throw createError('MAYFLY_HTTP_LISTEN', { address, reason: readErrno(cause) }, { cause });
  }
  parts.lifecycle.started('health', async () => {
    await server.close();
  });
  parts.logger.info('health and metrics are served', { address });
}
