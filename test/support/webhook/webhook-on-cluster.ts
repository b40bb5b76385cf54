import { applyOverlay } from '#test/support/cluster/apply-overlay.ts';
import type { Cluster } from '#test/support/cluster/create-cluster.ts';
import { agentImage } from './running-webhook.ts';

/** As whom the webhook asks the API server. */
export const webhookUser = 'system:serviceaccount:mayfly-system:mayfly-webhook';

/** Applies what is shipped, with the components. */
export async function applyManifests(
  cluster: Cluster,
  components: readonly string[] = ['webhook'],
): Promise<void> {
  await applyOverlay(cluster, { components, agentImage });
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
