/**
 * A whole cluster of one real node: the control plane of `createCluster`, and containerd, kubelet, kube-scheduler and
 * kube-proxy in a machine of their own. Pods really run. Needs root: see `whyNoNode`. Free of the test runner.
 *
 *     const node = await createNode({ images: [await buildBusybox()] });
 *     await node.cluster.kubectl(['apply', '-f', '-'], { stdin: pod });
 *     await node.stop();
 *
 * Everything is gone soon after this process is, even when it is killed.
 */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import {
  createCluster,
  type Cluster,
  type ClusterOptions,
} from '#test/support/cluster/create-cluster.ts';
import { requirePart } from '#test/support/parts.ts';
import { buildPause } from './images/test-images.ts';
import { createMachine, type Machine, type MachineServer } from './machine/create-machine.ts';
import {
  nodeUserOf,
  renderContainerd,
  renderKubelet,
  renderProxy,
  renderScheduler,
} from './servers/render-node-servers.ts';
import { runtimeSocket, writeNodeFiles } from './servers/write-node-files.ts';

export interface NodeOptions extends Omit<ClusterOptions, 'network' | 'kubelets' | 'controllers'> {
  /** Archives of images that the node is to have: nothing is ever pulled. */
  readonly images?: readonly string[];
}

export interface TestNode {
  readonly cluster: Cluster;
  readonly name: string;
  /** Where pods and the API server reach what listens in this process, on this address or on all. */
  readonly hostAddress: string;
  /** Of the node; logs are `NAME.log` in it. */
  readonly folder: string;
  /** Takes in the images of an archive. */
  importImage(archive: string): Promise<void>;
  /** Runs a program as root on the node and returns what it prints. */
  run(file: string, args: readonly string[]): Promise<string>;
  stop(): Promise<void>;
}

const name = 'mayfly-node';
const readyWithinMs = 120_000;

/** Starts a control plane and a node; the node is ready when it resolves. */
export async function createNode(options: NodeOptions = {}): Promise<TestNode> {
  const machine = await createMachine();
  const parts: { machine: Machine; cluster?: Cluster } = { machine };
  try {
    const { images = [], ...clusterOptions } = options;
    const users = [...(options.users ?? []), nodeUserOf(name)];
    const { network } = machine;
    const starting = startContainerd(machine, [await buildPause(), ...images]);
    // Should the cluster fail first, nobody waits for it.
    starting.catch(() => undefined);
    const plugins = [...(options.enableAdmissionPlugins ?? []), 'NodeRestriction'];
    const cluster = await createCluster({
      ...clusterOptions,
      users,
      network,
      enableAdmissionPlugins: plugins,
      controllers: true,
      kubelets: true,
    });
    parts.cluster = cluster;
    await starting;
    await startKubernetes(machine, cluster);
    return composeNode(machine, cluster);
  } catch (error) {
    await stop(parts);
    throw error;
  }
}

async function stop(parts: {
  readonly machine: Machine;
  readonly cluster?: Cluster;
}): Promise<void> {
  await Promise.all([parts.cluster?.stop(), parts.machine.stop()]);
}

function composeNode(machine: Machine, cluster: Cluster): TestNode {
  return {
    cluster,
    name,
    hostAddress: machine.hostAddress,
    folder: machine.folder,
    importImage: (archive) => importImage(machine, archive),
    run: (file, args) => machine.run(file, args),
    stop: () => stop({ machine, cluster }),
  };
}

async function startContainerd(machine: Machine, images: readonly string[]): Promise<void> {
  await masquerade(machine);
  const files = await writeNodeFiles(machine);
  const server = await renderContainerd(files);
  machine.start(server);
  const client = await requirePart('ctr');
  await waitUntil(machine, server, async () => {
    await machine.run(client, ['--address', runtimeSocket, 'version']);
    return true;
  });
  for (const image of images) await importImage(machine, image);
}

/** What pods send out of the machine bears its address: nobody outside knows theirs. */
async function masquerade(machine: Machine): Promise<void> {
  const rules = [
    'add table ip mayfly',
    'add chain ip mayfly out { type nat hook postrouting priority 100; }',
    'add rule ip mayfly out oifname "eth0" masquerade',
  ];
  await machine.run('nft', [rules.join('; ')]);
}

async function importImage(machine: Machine, archive: string): Promise<void> {
  const args = ['--address', runtimeSocket, '--namespace', 'k8s.io', 'images', 'import', archive];
  await machine.run(await requirePart('ctr'), args);
}

async function startKubernetes(machine: Machine, cluster: Cluster): Promise<void> {
  const files = await writeNodeFiles(machine);
  const kubelet = await renderKubelet({ cluster, machine }, files, name);
  machine.start(kubelet);
  machine.start(await renderProxy(cluster, name));
  machine.start(await renderScheduler(cluster));
  await waitUntil(machine, kubelet, () => isNodeReady(cluster));
}

interface NodeStatus {
  readonly spec: { readonly taints?: readonly unknown[] };
  readonly status: { readonly conditions?: readonly { type: string; status: string }[] };
}

async function isNodeReady(cluster: Cluster): Promise<boolean> {
  const { status, body } = await cluster.request({ path: `/api/v1/nodes/${name}` });
  if (status !== 200) return false;
  const node = body as NodeStatus;
  const ready = node.status.conditions?.find(({ type }) => type === 'Ready');
  return ready?.status === 'True' && (node.spec.taints ?? []).length === 0;
}

async function waitUntil(
  machine: Machine,
  server: MachineServer,
  isReady: () => Promise<boolean>,
): Promise<void> {
  const deadline = performance.now() + readyWithinMs;
  while (!(await isReady().catch(() => false))) {
    if (!machine.isRunning(server.name) || performance.now() > deadline) {
      const log = await readFile(join(machine.folder, `${server.name}.log`), 'utf8');
      throw new Error(`${server.name} did not start:\n${log.slice(-4000)}`);
    }
    await wait(100);
  }
}
