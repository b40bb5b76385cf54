import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { PatchStep } from '#core/injection/patch/diff-json.ts';
import { findFreePorts } from '#test/support/cluster/servers/find-free-ports.ts';
import { createTestCertificates } from '#test/support/git-server/create-test-certificates.ts';
import { applyPatch } from '#test/support/pods/apply-patch.ts';
import { aReview, createReviewClient } from '#test/support/webhook/review-client.ts';
import { startDaemon } from '../daemon.ts';
import { waitUntil } from '../wait-until.ts';
import type { DemoStore } from './demo-store.ts';

export interface DemoWebhook {
  readonly logFile: string;
  /** Asks as an API server does when a pod is created. Answers the pod that comes of it, or why there is none. */
  review(pod: object): Promise<{ readonly pod: unknown } | { readonly refusal: string }>;
  stop(): Promise<number | null>;
}

/** `mayfly webhook` over TLS, deciding by a folder that holds the ClusterStore `vault`. */
export async function startDemoWebhook(
  program: string,
  { root, objects }: { readonly root: string; readonly objects: string },
): Promise<DemoWebhook> {
  const [port = 0, healthPort = 0] = await findFreePorts(2);
  const { caPem, certPem, keyPem } = await createTestCertificates(['127.0.0.1']);
  await writeFile(join(root, 'tls.crt'), certPem);
  await writeFile(join(root, 'tls.key'), keyPem, { mode: 0o600 });
  const configFile = join(root, 'webhook.yaml');
  await writeFile(
    configFile,
    `http: { listen: 127.0.0.1:${healthPort} }
log: { format: json }
webhook:
  listen: 127.0.0.1:${port}
  certFile: ${root}/tls.crt
  keyFile: ${root}/tls.key
  objects: ${objects}
  envVia: file
  drain: 0s
  agent: { image: registry.example.com/mayfly-agent:1, refresh: 1s }
`,
  );
  const daemon = await startDaemon(program, { role: 'webhook', root, configFile });
  await waitUntil('the webhook to be ready', async () => {
    const answer = await fetch(`http://127.0.0.1:${healthPort}/readyz`).catch(() => null);
    return answer?.status === 200 ? true : null;
  });
  const client = createReviewClient({ port, caPem });
  return {
    logFile: daemon.logFile,
    async review(pod) {
      const { response } = await client.send('/pods', JSON.stringify(aReview(pod)));
      if (response.allowed !== true) return { refusal: response.status?.message ?? '' };
      const patch = Buffer.from(response.patch ?? '', 'base64').toString();
      return { pod: applyPatch(pod, JSON.parse(patch) as readonly PatchStep[]) };
    },
    async stop() {
      client.close();
      return await daemon.stop();
    },
  };
}

/** The administrator's object: the only place that names an address. */
export function renderClusterStore({ url, caPem }: DemoStore): string {
  return JSON.stringify({
    apiVersion: 'mayfly.dev/v1alpha1',
    kind: 'ClusterStore',
    metadata: { name: 'vault' },
    spec: {
      namespaceSelector: {},
      provider: {
        vault: {
          address: url,
          ca: caPem,
          audience: 'https://vault.test',
          login: { method: 'jwt', role: 'app' },
        },
      },
    },
  });
}
