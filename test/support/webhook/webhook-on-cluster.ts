import { mkdtemp, realpath, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { root } from '#test/support/arch/source-files.ts';
import type { Cluster } from '#test/support/cluster/create-cluster.ts';
import { agentImage } from './running-webhook.ts';

/** As whom the webhook asks the API server. */
export const webhookUser = 'system:serviceaccount:mayfly-system:mayfly-webhook';

/** Applies what is shipped, with the components. */
export async function applyManifests(
  cluster: Cluster,
  components: readonly string[] = ['webhook'],
): Promise<void> {
  const folder = await realpath(await mkdtemp(join(tmpdir(), 'mayfly-kustomize-')));
  const pathOf = (to: string): string => relative(folder, join(root, 'manifests', to));
  const [name = '', tag = ''] = agentImage.split(/:(?=[^:]*$)/u);
  const kustomization = {
    apiVersion: 'kustomize.config.k8s.io/v1beta1',
    kind: 'Kustomization',
    resources: [pathOf('base')],
    components: components.map((component) => pathOf(`components/${component}`)),
  };
  await writeFile(join(folder, 'kustomization.yaml'), JSON.stringify(kustomization));
  await cluster.kubectl(['apply', '--server-side', '-k', folder]);
  await rm(folder, { recursive: true });
  const image = JSON.stringify({ data: { image: `${name}:${tag}` } });
  const patch = ['patch', 'configmap', 'mayfly-agent', '-n', 'mayfly-system', '-p', image];
  await cluster.kubectl(patch);
}

/** Lets the API server ask at a port of this machine: no Service leads anywhere without a node. */
export async function pointWebhooks(
  cluster: Cluster,
  { port, caPem }: { readonly port: number; readonly caPem: string },
): Promise<void> {
  const caBundle = Buffer.from(caPem).toString('base64');
  for (const kind of ['mutatingwebhookconfiguration', 'validatingwebhookconfiguration']) {
    const text = await cluster.kubectl(['get', kind, 'mayfly-webhook', '-o', 'json']);
    const configuration = JSON.parse(text) as Configuration;
    const webhooks = configuration.webhooks.map((webhook) => {
      const { service, url } = webhook.clientConfig;
      const path = service?.path ?? new URL(url ?? '').pathname;
      const clientConfig = { url: `https://127.0.0.1:${port}${path}`, caBundle };
      return { ...webhook, clientConfig };
    });
    const { managedFields: _, ...metadata } = configuration.metadata;
    const next = JSON.stringify({ ...configuration, metadata, webhooks });
    await cluster.kubectl(['replace', '-f', '-'], { stdin: next });
  }
}

interface Configuration {
  readonly metadata: { readonly managedFields?: unknown };
  readonly webhooks: readonly {
    readonly clientConfig: {
      readonly service?: { readonly path: string };
      readonly url?: string;
    };
  }[];
}
