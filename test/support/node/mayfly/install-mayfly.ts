import { mkdtemp, realpath, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { root } from '#test/support/arch/source-files.ts';
import type { TestNode } from '../create-node.ts';
import { agentImage, controllerImage } from '../images/mayfly-images.ts';

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
  webhook: { envVia: 'file', agent: { refresh: '2s', deadline: '20s', logLevel: 'debug' } },
  log: { format: 'json' },
};

/** Installs what ships, with the webhook, and waits until each of its deployments is there. */
export async function installMayfly(
  node: TestNode,
  { components = [], settings = {} }: Installation = {},
): Promise<void> {
  const hasBroker = components.includes('broker');
  if (hasBroker) await provideVolume(node, 'mayfly-broker');
  const deployments = [...base, ...(hasBroker ? ofBroker : [])];
  const overlay = { deployments, components: ['webhook', ...components] };
  const folder = await realpath(await mkdtemp(join(tmpdir(), 'mayfly-kustomize-')));
  try {
    await writeFile(join(folder, 'mayfly.yaml'), JSON.stringify({ ...configuration, ...settings }));
    await writeFile(
      join(folder, 'kustomization.yaml'),
      JSON.stringify(renderOverlay(folder, overlay)),
    );
    await node.cluster.kubectl(['apply', '--server-side', '--kustomize', folder]);
  } finally {
    await rm(folder, { recursive: true });
  }
  for (const name of deployments) await untilRolledOut(node, `deployment/${name}`);
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

interface Overlay {
  readonly components: readonly string[];
  readonly deployments: readonly string[];
}

/** One replica of each: the machine is small. */
function renderOverlay(folder: string, { components, deployments }: Overlay): object {
  const pathOf = (to: string): string => relative(folder, join(root, 'manifests', to));
  const images = [
    { name: 'mayfly', newName: controllerImage.split(':')[0], newTag: 'test' },
    { name: 'mayfly-agent', newName: agentImage.split(':')[0], newTag: 'test' },
  ];
  return {
    apiVersion: 'kustomize.config.k8s.io/v1beta1',
    kind: 'Kustomization',
    resources: [pathOf('base')],
    components: components.map((component) => pathOf(`components/${component}`)),
    images,
    replicas: deployments.map((name) => ({ name, count: 1 })),
    configMapGenerator: [
      { name: 'mayfly-config', namespace, behavior: 'replace', files: ['mayfly.yaml'] },
    ],
    patches: [
      {
        target: { kind: 'ConfigMap', name: 'mayfly-agent' },
        patch: JSON.stringify([{ op: 'replace', path: '/data/image', value: agentImage }]),
      },
    ],
  };
}
