import type { Configuration } from '#platform/config/schema.ts';
import { createNodeDigest } from '#platform/crypto/node-digest.ts';
import { serveHealth } from '#platform/http/serve.ts';
import type { RoleTools } from '#platform/lifecycle/run-role.ts';
import { startRunning } from '#platform/lifecycle/start-running.ts';
import { takeStateFolder } from '#platform/lifecycle/take-state-folder.ts';
import { createMetrics, type Metrics } from '#platform/metrics/create-metrics.ts';
import { createSystemRandom } from '#platform/time/system-random.ts';
import { readClusterIdentity } from './cluster/read-cluster-identity.ts';
import { openCluster } from '../cluster/compose.ts';
import { leadCluster, type LedCluster } from '../cluster/lead-cluster.ts';
import { untilLeading } from '../cluster/until-leading.ts';
import { openAdapters, type ControllerAdapters, type ControllerTools } from './compose.ts';
import {
  controllerNames,
  createControllers,
  type Controllers,
} from './loops/create-controllers.ts';
import { createHookServer } from './servers/compose.ts';
import { startPushHooks } from './servers/start-push-hooks.ts';

/**
 * Starts in order: health and the election; and as the leader who the cluster is, the mirrors, the controllers and the
 * push hooks. A process that loses its lead ends, to be started again as one that stands by: that one waits for an API
 * server which does not answer, however long.
 */
export async function runController(
  configuration: Configuration,
  tools: RoleTools & { readonly version: string },
): Promise<void> {
  const { lifecycle, logger, version } = tools;
  const metrics = createMetrics({ version, controllers: controllerNames });
  const random = createSystemRandom();
  const known = { ...tools, random, metrics };
  const { election } = configuration;
  const opened = await openCluster(configuration, known);
  const cluster = leadCluster(opened, election, { ...known, name: election.name });
  const signal = endCallsAtLast(tools, cluster);
  const working: { adapters: ControllerAdapters | null } = { adapters: null };
  function isReady(): boolean {
    const isHeard = cluster.serverTime.skewMs() !== null;
    return !lifecycle.stopping.aborted && (working.adapters?.mirrors.isSynced() ?? isHeard);
  }
  await serveHealth(configuration, { metrics, isReady }, { logger, lifecycle });
  await takeStateFolder(configuration.stateDir, lifecycle);
  function onLead(isLeading: boolean): void {
    metrics.setLeading(isLeading);
  }
  if (!(await untilLeading(cluster.election, { ...tools, signal, onLead }))) return;
  const digest = await openDigest(configuration, { ...known, cluster, signal });
  const adapters = await openAdapters(configuration, { ...known, cluster, digest, signal });
  working.adapters = adapters;
  await work(configuration, adapters, { ...known, metrics });
}

/** Calls end when everything else has, or with the lead. */
function endCallsAtLast({ lifecycle }: RoleTools, { election }: LedCluster): AbortSignal {
  const ending = new AbortController();
  lifecycle.started('calls', () => ending.abort());
  return AbortSignal.any([ending.signal, election.lost]);
}

async function openDigest(
  { cluster: { id }, election }: Configuration,
  { cluster: { api }, random, signal }: Omit<ControllerTools, 'digest'>,
): Promise<ControllerTools['digest']> {
  const deps = { api, random, signal };
  const identity = await readClusterIdentity(deps, { namespace: election.namespace, id });
  return createNodeDigest(identity.digestKey, identity.id);
}

async function work(
  configuration: Configuration,
  { mirrors, parts }: ControllerAdapters,
  tools: RoleTools & { readonly metrics: Metrics; readonly random: ControllerTools['random'] },
): Promise<void> {
  const { lifecycle, logger, metrics, random } = tools;
  startRunning(lifecycle, 'mirrors', async (signal) => await mirrors.run(signal));
  await mirrors.untilSynced(lifecycle.stopping).catch(passAbort(lifecycle.stopping));
  if (lifecycle.stopping.aborted) return;
  const controllers: Controllers = createControllers({ logger, metrics, random, parts });
  controllers.start();
  lifecycle.started('controllers', async (deadline) => await controllers.stop(deadline));
  const hookServer = await createHookServer(configuration, parts, {
    logger,
    onPush: (namespace, name) => controllers.enqueue({ kind: 'GitSource', namespace, name }),
  });
  await startPushHooks(configuration, hookServer, { logger, lifecycle });
  logger.info('working');
}

function passAbort(signal: AbortSignal): (error: unknown) => void {
  return (error) => {
    if (!signal.aborted) throw error;
  };
}
