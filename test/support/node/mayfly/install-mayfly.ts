import { join } from 'node:path';
import { applyOverlay } from '#test/support/cluster/apply-overlay.ts';
import { agentImage, controllerImage } from '#tools/image/build-images.ts';
import { untilSlowly } from '#test/support/until.ts';
import type { TestNode } from '../create-node.ts';
import { anApp } from '../pods/an-app.ts';

const namespace = 'mayfly-system';
const base = ['mayfly-certs', 'mayfly-webhook', 'mayfly-controller'];
const ofBroker = ['mayfly-broker-certs', 'mayfly-broker'];

export interface Installation {
  /** Besides the webhook. */
  readonly components?: readonly string[];
  /** More of what an administrator decides. */
  readonly settings?: object;
}

/** What the administrator of the test node decides. */
const configuration = {
  stateDir: '/var/lib/mayfly/state',
  http: { listen: '0.0.0.0:8080' },
  webhook: {
    envVia: 'file',
    restartContainers: true,
    agent: { refresh: '2s', deadline: '20s', logLevel: 'debug' },
  },
  log: { format: 'json' },
};

const images = [
  { name: 'mayfly', newName: controllerImage.split(':')[0], newTag: 'test' },
  { name: 'mayfly-agent', newName: agentImage.split(':')[0], newTag: 'test' },
];
const configMapGenerator = [
  { name: 'mayfly-config', namespace, behavior: 'replace', files: ['mayfly.yaml'] },
];

/** Installs what ships, with the webhook, and waits until each of its deployments is there. */
export async function installMayfly(
  node: TestNode,
  { components = [], settings = {} }: Installation = {},
): Promise<void> {
  const hasBroker = components.includes('broker');
  if (hasBroker) await provideVolume(node, 'mayfly-broker');
  const deployments = [...base, ...(hasBroker ? ofBroker : [])];
  // One of each: the machine is small.
  const replicas = deployments.map((name) => ({ name, count: 1 }));
  await applyOverlay(node.cluster, {
    components: ['webhook', ...components],
    agentImage,
    more: { images, replicas, configMapGenerator },
    files: { 'mayfly.yaml': JSON.stringify({ ...configuration, ...settings }) },
  });
  for (const name of deployments) await untilRolledOut(node, `deployment/${name}`);
  await untilReviewed(node);
}

/** Waits until the Service of the webhook leads to it: the node hears later of a pod than who waits for the pod. */
export async function untilReviewed({ cluster }: TestNode): Promise<void> {
  const pod = anApp({ namespace: 'default', name: 'asked', annotations: { inject: 'init' } });
  const stdin = JSON.stringify(pod);
  await untilSlowly(async () => {
    const answer = await cluster
      .kubectl(['create', '--dry-run=server', '-f', '-'], { stdin })
      .catch(String);
    return !answer.includes('failed calling webhook');
  });
}

async function untilRolledOut({ cluster }: TestNode, deployment: string): Promise<void> {
  const at = ['--namespace', namespace, deployment];
  try {
    await cluster.kubectl(['rollout', 'status', ...at, '--timeout=90s']);
  } catch (cause) {
    const logs = await cluster.kubectl(['logs', ...at, '--tail=20']).catch(String);
    const pods = await cluster.kubectl(['get', 'pods', '--namespace', namespace]);
    throw new Error(`${deployment} does not start:\n${pods}\n${logs}`, { cause });
  }
}

/** Where the files of a volume are that {@link installMayfly} provides. */
export function volumeOf({ folder }: TestNode, claim: string): string {
  return join(folder, `volume-${claim}`);
}

/** What a provisioner would make for a claim of ours. */
async function provideVolume(node: TestNode, claim: string): Promise<void> {
  const path = volumeOf(node, claim);
  await node.run('install', ['-d', '-o', '65532', '-g', '65532', '-m', '0700', path]);
  const volume = {
    apiVersion: 'v1',
    kind: 'PersistentVolume',
    metadata: { name: claim },
    spec: {
      capacity: { storage: '8Gi' },
      accessModes: ['ReadWriteOnce'],
      claimRef: { namespace, name: claim },
      hostPath: { path, type: 'Directory' },
    },
  };
  await node.cluster.kubectl(['create', '-f', '-'], { stdin: JSON.stringify(volume) });
}
