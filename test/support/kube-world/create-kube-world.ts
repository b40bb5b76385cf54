/**
 * A whole world for `mayfly controller`: a real control plane with the manifests as they ship, a real git host with
 * encrypted files, and any number of real controllers that have the rights of the manifests and no more.
 *
 *     const world = await createKubeWorld(cluster());
 *     await world.apply([aSource(world, 'repo', { interval: '1s' }), aSecret('all')]);
 *     await world.publish({ db: { password: 'first' } });
 *     const replica = await world.addReplica('one');
 *     await replica.start();
 *     await measure('db is there', async () => (await world.readValues('db'))?.password === 'first');
 *
 * Free of the test runner. Give the cluster the user {@link controllerUser}.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { root as projectRoot } from '#test/support/arch/source-files.ts';
import { readAgeVector } from '#test/support/age/vectors.ts';
import type { Cluster } from '#test/support/cluster/create-cluster.ts';
import { createFaultProxy, type FaultProxy } from '#test/support/fault-proxy.ts';
import type { StageObject } from '#test/support/stage/create-stage.ts';
import {
  createSealedRepository,
  type SealedRepository,
} from '#test/support/stage/create-sealed-repository.ts';
import { createReplica, type Replica, type Settings } from './replica.ts';
import { createView, worldNamespace, type WorldView } from './world-view.ts';

export interface KubeWorld extends SealedRepository, WorldView {
  readonly root: string;
  readonly cluster: Cluster;
  /** In front of the git host, at the url of {@link KubeWorld.server}. */
  readonly gitProxy: FaultProxy;
  readonly replicas: readonly Replica[];
  kubectl(...args: readonly string[]): Promise<string>;
  apply(objects: readonly StageObject[]): Promise<void>;
  /** A Secret of a tenant's own; `place` is `NAME/KEY`. */
  writeKey(place: string, content: string | Uint8Array): Promise<void>;
  remove(kind: StageObject['kind'], name: string): Promise<void>;
  /** Seals a manifest for each name, commits and pushes them; null removes one. Returns the commit. */
  publish(
    secrets: Readonly<Record<string, Readonly<Record<string, string>> | null>>,
  ): Promise<string>;
  addReplica(name: string, settings?: Settings, namespaces?: readonly string[]): Promise<Replica>;
  close(): Promise<void>;
}

/** Leases of seconds, so that nobody waits for an hour. */
const quickLeases = { minTtl: '5s' };

export interface WorldOptions {
  /** The folder of manifests that is applied. Default: `base`. */
  readonly manifests?: 'base' | 'overlays/namespaced';
}

export async function createKubeWorld(
  cluster: Cluster,
  { manifests = 'base' }: WorldOptions = {},
): Promise<KubeWorld> {
  const root = await mkdtemp(join(tmpdir(), 'mayfly-world-'));
  const repository = await createSealedRepository(root);
  const gitProxy = await createFaultProxy({ targetPort: repository.server.port });
  const server = { ...repository.server, url: `https://localhost:${gitProxy.port}/repository.git` };
  const kubectl = async (...args: readonly string[]): Promise<string> =>
    await cluster.kubectl(args);
  await cluster.kubectl(['create', 'namespace', worldNamespace]);
  const folder = join(projectRoot, 'manifests', manifests);
  await cluster.kubectl(['apply', '--server-side', '-k', folder]);
  await writeKey(cluster, 'age/keys.txt', await readAgeVector('x25519.txt'));
  await writeKey(cluster, 'ca/ca.crt', server.caPem);
  const replicas: Replica[] = [];
  return {
    ...repository,
    ...createView(cluster),
    root,
    cluster,
    server,
    gitProxy,
    replicas,
    kubectl,
    apply: async (objects) => {
      const items = objects.map(renderObject);
      const list = JSON.stringify({ apiVersion: 'v1', kind: 'List', items });
      await cluster.kubectl(['apply', '-f', '-'], { stdin: list });
    },
    writeKey: async (place, content) => await writeKey(cluster, place, content),
    remove: async (kind, name) => {
      await kubectl('delete', kind, name, '-n', worldNamespace, '--wait=false');
    },
    publish: async (secrets) => {
      const files: Record<string, string | null> = {};
      for (const [name, values] of Object.entries(secrets)) {
        files[`secrets/${name}.yaml`] =
          values === null ? null : await repository.seal(name, values);
      }
      return await repository.work.push(files);
    },
    addReplica: async (name, settings = {}, namespaces = []) => {
      const git = { allowedHosts: [new URL(server.url).host] };
      const all = { git, lease: quickLeases, ...settings };
      const replica = await createReplica({ cluster, root, name, namespaces, settings: all });
      replicas.push(replica);
      return replica;
    },
    close: async () => {
      for (const replica of replicas) await replica.close();
      await gitProxy.close();
      await repository.server.close();
      await rm(root, { recursive: true, force: true });
    },
  };
}

function renderObject({ kind, name, spec }: StageObject): object {
  const metadata = { name, namespace: worldNamespace };
  return { apiVersion: 'mayfly.dev/v1alpha1', kind, metadata, spec };
}

async function writeKey(
  cluster: Cluster,
  place: string,
  content: string | Uint8Array,
): Promise<void> {
  const [name = '', key = ''] = place.split('/');
  const data = { [key]: Buffer.from(content).toString('base64') };
  const path = `/api/v1/namespaces/${worldNamespace}/secrets`;
  const { status } = await cluster.request({ path, body: { metadata: { name }, data } });
  if (status !== 201) throw new Error(`the Secret ${name} was answered ${status}`);
}
