import type { Cluster } from '#test/support/cluster/create-cluster.ts';

/** Leads the Service of the webhook to this machine, where no node is that could. */
export async function leadToWebhook(cluster: Cluster, port: number): Promise<void> {
  const service = {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name: 'mayfly-webhook', namespace: 'mayfly-system' },
    spec: { type: 'ExternalName', externalName: 'localhost' },
  };
  await cluster.kubectl(['replace', '--force', '-f', '-'], { stdin: JSON.stringify(service) });
  for (const [kind, count] of [
    ['mutatingwebhookconfiguration', 1],
    ['validatingwebhookconfiguration', 4],
  ] as const) {
    const patch = Array.from({ length: count }, (_, index) => {
      const path = `/webhooks/${index}/clientConfig/service/port`;
      return { op: 'replace', path, value: port };
    });
    const json = JSON.stringify(patch);
    await cluster.kubectl(['patch', kind, 'mayfly-webhook', '--type=json', '-p', json]);
  }
}
