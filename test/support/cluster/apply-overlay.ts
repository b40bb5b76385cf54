import { mkdtemp, realpath, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { root } from '#test/support/arch/source-files.ts';
import type { Cluster } from './create-cluster.ts';

export interface Overlay {
  /** Besides the base. */
  readonly components: readonly string[];
  /** What the webhook puts into pods. */
  readonly agentImage: string;
  /** More of the kustomization. */
  readonly more?: object;
  /** What it names beside it. */
  readonly files?: Readonly<Record<string, string>>;
}

/** Applies what is shipped, as an administrator adapts it. */
export async function applyOverlay(cluster: Cluster, overlay: Overlay): Promise<void> {
  const folder = await realpath(await mkdtemp(join(tmpdir(), 'mayfly-kustomize-')));
  const kustomization = JSON.stringify(renderKustomization(folder, overlay));
  const files = Object.entries({ ...overlay.files, 'kustomization.yaml': kustomization });
  try {
    for (const [name, content] of files) await writeFile(join(folder, name), content);
    await cluster.kubectl(['apply', '--server-side', '--kustomize', folder]);
  } finally {
    await rm(folder, { recursive: true });
  }
}

function renderKustomization(folder: string, { components, agentImage, more }: Overlay): object {
  const pathOf = (to: string): string => relative(folder, join(root, 'manifests', to));
  return {
    apiVersion: 'kustomize.config.k8s.io/v1beta1',
    kind: 'Kustomization',
    resources: [pathOf('base')],
    components: components.map((component) => pathOf(`components/${component}`)),
    patches: [
      {
        target: { kind: 'ConfigMap', name: 'mayfly-agent' },
        patch: JSON.stringify([{ op: 'replace', path: '/data/image', value: agentImage }]),
      },
    ],
    ...more,
  };
}
