import { mkdir, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { createCluster, type Cluster } from '#test/support/cluster/create-cluster.ts';
import { findFreePorts } from '#test/support/cluster/servers/find-free-ports.ts';
import { controllerUser } from '#test/support/kube-world/replica.ts';
import { createBundle } from '#tools/bundle/bundle.ts';
import { root } from '#tools/steps/run-command.ts';
import { preparePushHook } from '../push-hook.ts';
import { startMayfly, type ProgramPlace, type RunningMayfly } from '../sync/running-mayfly.ts';
import {
  createSourceStage,
  pushSealedFiles,
  repositoryPath,
  type SourceStage,
} from '../sync/source-stage.ts';
import type { Layout } from '../sync/standalone-stage.ts';
import { waitUntil } from '../sync/wait-until.ts';
import { createObjects, countObjects, type Place } from './cluster-objects.ts';
import { renderKeys, renderSecret, renderSource, sourceName } from './render-objects.ts';

export interface KubeStageOptions {
  readonly count: number;
  readonly values: number;
  readonly layout: Layout;
  /** Whether the repository is still empty at the start. */
  readonly empty: boolean;
  /** The files take turns in going to one of so many; default 1. */
  readonly namespaces?: number;
  /** More of the spec of each EphemeralSecret. */
  readonly spec?: object;
}

/** A control plane with the manifests as they ship, a repository, and what `mayfly controller` needs to follow it. */
export interface KubeStage extends SourceStage {
  readonly cluster: Cluster;
  readonly place: ProgramPlace;
  readonly objectCount: number;
  start(): Promise<RunningMayfly>;
  /** How many Secrets of Mayfly's there are. */
  countSecrets(): Promise<number>;
}

const secrets: Place = { api: '/api/v1', plural: 'secrets' };

export async function createKubeStage(
  options: KubeStageOptions,
  say: (progress: string) => void,
): Promise<KubeStage> {
  const source = await createSourceStage(options, say);
  say('starting the cluster');
  const cluster = await createCluster({ users: [controllerUser] });
  const place = await preparePlace(source, cluster);
  say('making the objects');
  await cluster.kubectl(['apply', '--server-side', '-k', join(root, 'manifests/base')]);
  await install({ source, cluster }, options);
  return composeStage({ source, cluster, place }, options);
}

interface StageParts {
  readonly source: SourceStage;
  readonly cluster: Cluster;
  readonly place: ProgramPlace;
}

async function composeStage(
  { source, cluster, place }: StageParts,
  options: KubeStageOptions,
): Promise<KubeStage> {
  // Keys, and what makes this cluster known to Mayfly itself: made at its first start, so one more.
  const others = (await countObjects(cluster, secrets)) + 1;
  return {
    ...source,
    cluster,
    place,
    objectCount: options.layout === 'one' ? namespacesOf(options).length : options.count,
    start: () => startMayfly(place),
    countSecrets: async () => (await countObjects(cluster, secrets)) - others,
    close: async () => {
      await cluster.stop();
      await source.close();
    },
  };
}

/** The first is where hand edits are made and where pushes are told to. */
export const namespace = 'bench-0';

function namespacesOf({ namespaces = 1 }: KubeStageOptions): readonly string[] {
  return Array.from({ length: namespaces }, (_, index) => `bench-${index}`);
}

async function preparePlace(source: SourceStage, cluster: Cluster): Promise<ProgramPlace> {
  const { folder } = source;
  const [metricsPort = 0, hookPort = 0] = await findFreePorts(2);
  const hooked = { namespace, name: sourceName, port: hookPort };
  const place: ProgramPlace = {
    program: await createBundle(join(folder, 'program')),
    role: 'controller',
    folder,
    configFile: join(folder, 'mayfly.yaml'),
    metricsPort,
    pushHook: await preparePushHook(folder, hooked),
  };
  await mkdir(join(folder, 'state'));
  const configuration = {
    stateDir: join(folder, 'state'),
    kube: { kubeconfig: await cluster.writeKubeconfig(controllerUser) },
    git: { allowedHosts: [new URL(source.server.url).host], limits: { files: 30_000 } },
    http: { listen: `127.0.0.1:${metricsPort}` },
    pushHooks: {
      listen: `127.0.0.1:${hookPort}`,
      certFile: join(folder, 'hook-cert.pem'),
      keyFile: join(folder, 'hook-key.pem'),
    },
    lease: { minTtl: '5s' },
    log: { level: 'warn', format: 'json' },
  };
  await writeFile(place.configFile, JSON.stringify(configuration));
  return place;
}

async function install(
  { source, cluster }: Pick<StageParts, 'source' | 'cluster'>,
  options: KubeStageOptions,
): Promise<void> {
  const spaces = namespacesOf(options);
  const named = spaces.map((name) => ({ metadata: { name } }));
  await createObjects(cluster, { api: '/api/v1', plural: 'namespaces' }, named);
  await createObjects(cluster, secrets, await renderKeys(source, spaces));
  const ours = { api: '/apis/mayfly.dev/v1alpha1' };
  const sources = spaces.map((space) => renderSource(space, source.server.url));
  await createObjects(cluster, { ...ours, plural: 'gitsources' }, sources);
  const { spec = {}, layout } = options;
  const wishes =
    layout === 'one'
      ? spaces.map((space) => renderSecret({ space, name: 'all', path: 'secrets', spec }))
      : source.sealed.files.map((file, index) => {
          const space = spaces[index % spaces.length] ?? namespace;
          const name = basename(file, '.yaml');
          return renderSecret({ space, name, path: repositoryPath(file), spec });
        });
  await createObjects(cluster, { ...ours, plural: 'ephemeralsecrets' }, wishes);
}

/** Waits until every EphemeralSecret was looked at since the start. */
export async function waitForPasses(
  { objectCount }: Pick<KubeStage, 'objectCount'>,
  running: RunningMayfly,
): Promise<void> {
  const name = 'mayfly_reconcile_total';
  await waitUntil(
    'the first passes',
    async () => (await running.readMetric(name, 'ephemeral-secret')) >= objectCount,
    { pauseMs: 250 },
  );
}

/** From the moment the host has the push of all files and tells of it, until every Secret is there; in ms. */
export async function timePush(stage: KubeStage, running: RunningMayfly): Promise<number> {
  const { files } = stage.sealed;
  await pushSealedFiles(stage, files);
  const started = performance.now();
  await running.tellOfPush();
  await waitForSecrets(stage, files.length);
  return performance.now() - started;
}

export async function waitForSecrets(stage: KubeStage, count: number): Promise<void> {
  const options = { pauseMs: 50, limitMs: 900_000 };
  await waitUntil('every Secret', async () => (await stage.countSecrets()) >= count, options);
}

/** Waits until as many passes have ended with every Secret as it should be. */
export async function waitForSettled(running: RunningMayfly, count: number): Promise<void> {
  const label = 'controller="ephemeral-secret",result="again"';
  await waitUntil(
    'the last decision',
    async () => (await running.readMetric('mayfly_reconcile_total', label)) >= count,
    { pauseMs: 250, limitMs: 900_000 },
  );
}

/** Calls that the program has made so far, of those whose labels hold a text. */
export async function countCalls(running: RunningMayfly, label = ''): Promise<number> {
  return await running.readMetric('mayfly_kube_call_duration_seconds_count', label);
}
