import { once } from 'node:events';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { json } from 'node:stream/consumers';
import { createTestCertificates } from '#test/support/git-server/create-test-certificates.ts';
import type { TestNode } from '../create-node.ts';
import { busyboxImage } from '../images/test-images.ts';
import { restrictedContainer } from '../pods/restricted.ts';
import { createObject } from '../pods/run-pod.ts';

export interface Mesh {
  remove(): Promise<void>;
}

interface MeshOptions {
  /** Of its configuration: the API server calls webhooks in the order of these names. */
  readonly name: string;
  readonly namespace: string;
}

interface Review {
  readonly request: {
    readonly uid: string;
    readonly object: {
      readonly spec: { readonly initContainers?: readonly { readonly name: string }[] };
    };
  };
}

/** A stand-in for the proxy of a mesh: it runs beside the others and starts before them. */
const proxy = {
  name: 'istio-proxy',
  image: busyboxImage,
  restartPolicy: 'Always',
  command: ['sleep', '100000'],
  securityContext: restrictedContainer,
};

/** A webhook of this process that gives each pod of a namespace a proxy, before all of its init containers. */
export async function createMesh(node: TestNode, options: MeshOptions): Promise<Mesh> {
  const { certPem, keyPem, caPem } = await createTestCertificates([node.hostAddress]);
  const server = createServer({ cert: certPem, key: keyPem }, (request, response) => {
    void answer(request, response);
  });
  server.listen(0, node.hostAddress);
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const url = `https://${node.hostAddress}:${port}/`;
  await createObject(node, renderConfiguration(options, { url, caPem }));
  return {
    remove: async () => {
      const kind = 'mutatingwebhookconfiguration';
      await node.cluster.kubectl(['delete', kind, options.name]);
      server.closeAllConnections();
      server.close();
    },
  };
}

async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
  const { uid, object } = ((await json(request)) as Review).request;
  const found = object.spec.initContainers;
  const patch =
    found === undefined
      ? [{ op: 'add', path: '/spec/initContainers', value: [proxy] }]
      : [{ op: 'add', path: '/spec/initContainers/0', value: proxy }];
  const isThere = found?.some(({ name }) => name === proxy.name) === true;
  const encoded = Buffer.from(JSON.stringify(isThere ? [] : patch)).toString('base64');
  const allowed = { uid, allowed: true, patchType: 'JSONPatch', patch: encoded };
  response.setHeader('content-type', 'application/json');
  const review = { apiVersion: 'admission.k8s.io/v1', kind: 'AdmissionReview', response: allowed };
  response.end(JSON.stringify(review));
}

function renderConfiguration(
  { name, namespace }: MeshOptions,
  { url, caPem }: { readonly url: string; readonly caPem: string },
): object {
  return {
    apiVersion: 'admissionregistration.k8s.io/v1',
    kind: 'MutatingWebhookConfiguration',
    metadata: { name },
    webhooks: [
      {
        name: 'proxy.mesh.test',
        clientConfig: { url, caBundle: Buffer.from(caPem).toString('base64') },
        admissionReviewVersions: ['v1'],
        sideEffects: 'None',
        namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': namespace } },
        rules: [
          { apiGroups: [''], apiVersions: ['v1'], resources: ['pods'], operations: ['CREATE'] },
        ],
      },
    ],
  };
}
