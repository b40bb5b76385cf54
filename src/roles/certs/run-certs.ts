import type { Configuration } from '#platform/config/schema.ts';
import { serveHealth } from '#platform/http/serve.ts';
import type { RoleTools } from '#platform/lifecycle/run-role.ts';
import { startRunning } from '#platform/lifecycle/start-running.ts';
import { createCertsMetrics, type CertsMetrics } from '#platform/metrics/create-certs-metrics.ts';
import { createSystemRandom } from '#platform/time/system-random.ts';
import { createAlarm, type Alarm } from './alarm.ts';
import { openCluster } from '../cluster/compose.ts';
import { leadCluster, type LedCluster } from '../cluster/lead-cluster.ts';
import { untilLeading } from '../cluster/until-leading.ts';
import {
  createClusterPass,
  createFilesPass,
  createReflectors,
  type CertsTools,
  type PassResult,
} from './compose.ts';
import { runPasses, type PassesParts } from './run-passes.ts';

type Tools = CertsTools & RoleTools & { readonly metrics: CertsMetrics };

/** What `/readyz` answers. */
interface State {
  isReady: () => boolean;
}

/** Looks after the certificates as the mode says, until the program ends. */
export async function runCerts(
  configuration: Configuration,
  given: RoleTools & { readonly version: string },
): Promise<void> {
  const metrics = createCertsMetrics(given.version);
  const tools = { ...given, random: createSystemRandom(), metrics };
  const state: State = { isReady: () => false };
  const { lifecycle } = tools;
  function isReady(): boolean {
    return !lifecycle.stopping.aborted && state.isReady();
  }
  await serveHealth(configuration, { metrics, isReady }, tools);
  if (configuration.certs.mode === 'files') {
    const pass = createFilesPass(tools.clock, configuration.webhook.certFile);
    await work({ ...tools, state, pass, now: () => tools.clock.now(), alarm: createAlarm() });
    return;
  }
  await workInCluster(configuration, { ...tools, state });
}

async function workInCluster(
  configuration: Configuration,
  tools: Tools & { readonly state: State },
): Promise<void> {
  const { lifecycle, state } = tools;
  const { certs, election } = configuration;
  const opened = await openCluster(configuration, tools);
  const cluster = leadCluster(opened, election, { ...tools, name: certs.lease });
  const { serverTime } = cluster;
  state.isReady = () => serverTime.skewMs() !== null;
  const ending = new AbortController();
  lifecycle.started('calls', () => ending.abort());
  const signal = AbortSignal.any([ending.signal, cluster.election.lost]);
  const isAlone = certs.mode === 'self';
  if (isAlone && !(await untilLeading(cluster.election, { ...tools, signal }))) return;
  const alarm = createAlarm();
  followChanges(configuration, cluster, { ...tools, alarm });
  const pass = createClusterPass(configuration, cluster, tools);
  await work({ ...tools, pass, now: () => serverTime.now(), alarm });
}

function followChanges(
  configuration: Configuration,
  cluster: LedCluster,
  { alarm, ...tools }: Tools & { readonly alarm: Alarm },
): void {
  function onChange(): void {
    alarm.ring();
  }
  const reflectors = createReflectors(configuration, cluster, { ...tools, onChange });
  startRunning(tools.lifecycle, 'mirrors', async (signal) => {
    await Promise.all(reflectors.map(async (reflector) => await reflector.run(signal)));
  });
}

async function work(
  parts: Omit<PassesParts, 'onTold'> & {
    readonly state: State;
    readonly metrics: CertsMetrics;
    readonly lifecycle: RoleTools['lifecycle'];
  },
): Promise<void> {
  const { state, metrics, lifecycle, logger } = parts;
  let ended = '';
  function onTold(told: PassResult | null): void {
    state.isReady = () => told !== null;
    if (told === null) return;
    metrics.setProblems(told.problems.length);
    for (const { name, notAfter } of told.ends) metrics.observeEnd(name, notAfter);
    const ends = told.ends.map(
      ({ name, notAfter }) => `${name} ${new Date(notAfter).toISOString()}`,
    );
    if (ended !== ends.join())
      logger.info('certificates are valid', { detail: `until: ${ends.join(', ')}` });
    ended = ends.join();
  }
  startRunning(lifecycle, 'passes', async (signal) => {
    await runPasses({ ...parts, onTold }, signal);
  });
  logger.info('working');
}
