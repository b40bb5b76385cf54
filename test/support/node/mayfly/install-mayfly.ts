import { mkdtemp, realpath, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { root } from '#test/support/arch/source-files.ts';
import type { TestNode } from '../create-node.ts';
import { agentImage, controllerImage } from '../images/mayfly-images.ts';

const namespace = 'mayfly-system';

/** What the administrator of the test node decides. */
const configuration = {
  stateDir: '/var/lib/mayfly/state',
  http: { listen: '0.0.0.0:8080' },
  webhook: { envVia: 'file', agent: { refresh: '2s', deadline: '20s', logLevel: 'debug' } },
  log: { format: 'json' },
};

/** Installs what ships, with the webhook, and waits until each of its deployments is there. */
export async function installMayfly(node: TestNode): Promise<void> {
  const folder = await realpath(await mkdtemp(join(tmpdir(), 'mayfly-kustomize-')));
  try {
    await writeFile(join(folder, 'mayfly.yaml'), JSON.stringify(configuration));
    await writeFile(join(folder, 'kustomization.yaml'), JSON.stringify(renderOverlay(folder)));
    await node.cluster.kubectl(['apply', '--server-side', '--kustomize', folder]);
  } finally {
    await rm(folder, { recursive: true });
  }
  const all = [
    'deployment/mayfly-webhook',
    'deployment/mayfly-certs',
    'deployment/mayfly-controller',
  ];
  for (const deployment of all) {
    const wait = ['rollout', 'status', '--namespace', namespace, '--timeout=90s', deployment];
    await node.cluster.kubectl(wait);
  }
}

/** One replica of each: the machine is small. */
function renderOverlay(folder: string): object {
  const pathOf = (to: string): string => relative(folder, join(root, 'manifests', to));
  const images = [
    { name: 'mayfly', newName: controllerImage.split(':')[0], newTag: 'test' },
    { name: 'mayfly-agent', newName: agentImage.split(':')[0], newTag: 'test' },
  ];
  const names = ['mayfly-controller', 'mayfly-webhook', 'mayfly-certs'];
  return {
    apiVersion: 'kustomize.config.k8s.io/v1beta1',
    kind: 'Kustomization',
    resources: [pathOf('base')],
    components: [pathOf('components/webhook')],
    images,
    replicas: names.map((name) => ({ name, count: 1 })),
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
