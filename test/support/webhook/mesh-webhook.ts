import type { AddressInfo } from 'node:net';
import { createHttpServer } from '#platform/http/create-http-server.ts';
import type { Cluster } from '#test/support/cluster/create-cluster.ts';
import { createTestCertificates } from '#test/support/git-server/create-test-certificates.ts';
import { createMemoryLogger } from '#test/support/memory/memory-logger.ts';

interface Asked {
  readonly request: {
    readonly uid: string;
    readonly object: { readonly spec: { readonly initContainers?: readonly { name: string }[] } };
  };
}

const proxyName = 'istio-proxy';

/** A webhook like that of a service mesh, behind ours: puts a sidecar in front of all init containers. */
export async function openMeshWebhook(cluster: Cluster): Promise<{ close(): Promise<void> }> {
  const { caPem, certPem, keyPem } = await createTestCertificates(['127.0.0.1']);
  const server = createHttpServer({
    logger: createMemoryLogger(),
    limits: { bodyBytes: 1024 * 1024 },
    tls: { cert: Buffer.from(certPem), key: Buffer.from(keyPem) },
  });
  server.post('/mesh', (request, reply) => reply.send(answer(request.body as Asked)));
  await server.listen({ host: '127.0.0.1', port: 0 });
  const { port } = server.server.address() as AddressInfo;
  const url = `https://127.0.0.1:${port}/mesh`;
  const caBundle = Buffer.from(caPem).toString('base64');
  await cluster.kubectl(['apply', '-f', '-'], { stdin: renderConfiguration(url, caBundle) });
  return {
    async close(): Promise<void> {
      await cluster.kubectl(['delete', 'mutatingwebhookconfiguration', 'z-mesh']);
      server.server.closeAllConnections();
      await server.close();
    },
  };
}

function answer({ request: { uid, object } }: Asked): object {
  const initContainers = object.spec.initContainers ?? [];
  const isThere = initContainers.some(({ name }) => name === proxyName);
  const proxy = { name: proxyName, image: 'registry.test/proxy:1', restartPolicy: 'Always' };
  const value = [proxy, ...initContainers];
  const patch = isThere ? [] : [{ op: 'add', path: '/spec/initContainers', value }];
  const encoded = Buffer.from(JSON.stringify(patch)).toString('base64');
  return {
    apiVersion: 'admission.k8s.io/v1',
    kind: 'AdmissionReview',
    response: { uid, allowed: true, patchType: 'JSONPatch', patch: encoded },
  };
}

/** Its name is behind ours: webhooks are asked in the order of their names. */
function renderConfiguration(url: string, caBundle: string): string {
  return JSON.stringify({
    apiVersion: 'admissionregistration.k8s.io/v1',
    kind: 'MutatingWebhookConfiguration',
    metadata: { name: 'z-mesh' },
    webhooks: [
      {
        name: 'mesh.example.com',
        admissionReviewVersions: ['v1'],
        clientConfig: { url, caBundle },
        rules: [
          { apiGroups: [''], apiVersions: ['v1'], resources: ['pods'], operations: ['CREATE'] },
        ],
        sideEffects: 'None',
        reinvocationPolicy: 'IfNeeded',
        failurePolicy: 'Fail',
      },
    ],
  });
}
