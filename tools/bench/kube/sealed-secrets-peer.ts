import { spawn, type ChildProcess } from 'node:child_process';
import {
  constants,
  createCipheriv,
  publicEncrypt,
  randomBytes,
  X509Certificate,
} from 'node:crypto';
import { once } from 'node:events';
import { open, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Cluster } from '#test/support/cluster/create-cluster.ts';
import { findFreePorts } from '#test/support/cluster/servers/find-free-ports.ts';
import { requirePart, whyMissing } from '#test/support/parts.ts';
import { waitUntil } from '../sync/wait-until.ts';
import { countObjects, createObjects, type NewObject } from './cluster-objects.ts';

const count = 100;
const values = 20;
const namespace = 'bench-sealed';
const group = 'bitnami.com';
const secrets = { api: '/api/v1', plural: 'secrets' };

/**
 * How many Secrets a second the sealed-secrets controller makes, as it is set by default, from SealedSecrets of 20
 * values; null where it cannot be had. It runs as an administrator, whom the API server never makes wait.
 */
export async function measurePeer(cluster: Cluster): Promise<number | null> {
  if (whyMissing('sealed-secrets-controller') !== null) return null;
  await install(cluster);
  const controller = await startController(cluster);
  try {
    const sealed = await sealAll(await readCertificate(controller.url));
    const before = await countObjects(cluster, secrets);
    const started = performance.now();
    const place = { api: `/apis/${group}/v1alpha1`, plural: 'sealedsecrets' };
    await createObjects(cluster, place, sealed);
    await waitUntil(
      'the Secrets of the peer',
      async () => (await countObjects(cluster, secrets)) >= before + count,
      { pauseMs: 100 },
    );
    return (count / (performance.now() - started)) * 1000;
  } finally {
    controller.child.kill('SIGTERM');
    await controller.ended;
  }
}

const crd = {
  metadata: { name: `sealedsecrets.${group}` },
  spec: {
    group,
    scope: 'Namespaced',
    names: { kind: 'SealedSecret', plural: 'sealedsecrets', singular: 'sealedsecret' },
    versions: [
      {
        name: 'v1alpha1',
        served: true,
        storage: true,
        subresources: { status: {} },
        schema: {
          openAPIV3Schema: { type: 'object', 'x-kubernetes-preserve-unknown-fields': true },
        },
      },
    ],
  },
};

async function install(cluster: Cluster): Promise<void> {
  const crds = { api: '/apis/apiextensions.k8s.io/v1', plural: 'customresourcedefinitions' };
  await createObjects(cluster, crds, [crd]);
  const space: NewObject = { metadata: { name: namespace } };
  await createObjects(cluster, { api: '/api/v1', plural: 'namespaces' }, [space]);
  await waitUntil('the kind SealedSecret', async () => {
    const path = `/apis/${group}/v1alpha1/sealedsecrets?limit=1`;
    return (await cluster.request({ path })).status === 200;
  });
}

interface Controller {
  readonly url: string;
  readonly child: ChildProcess;
  readonly ended: Promise<unknown>;
}

/** Where a pod has its token is a folder of its own, in a namespace of mounts of its own. */
const asInPod = `
set -e
mount -t tmpfs none /var/run
mkdir -p /var/run/secrets/kubernetes.io/serviceaccount
cd /var/run/secrets/kubernetes.io/serviceaccount
printf %s "$TOKEN" > token
cp "$CA_FILE" ca.crt
printf %s "$NAMESPACE" > namespace
unset TOKEN
exec "$0" "$@"
`;

async function startController(cluster: Cluster): Promise<Controller> {
  const program = await requirePart('sealed-secrets-controller');
  const [port = 0, metricsPort = 0] = await findFreePorts(2);
  const caFile = join(cluster.folder, 'peer-ca.crt');
  await writeFile(caFile, cluster.caPem);
  const log = await open(join(cluster.folder, 'sealed-secrets.log'), 'a');
  const mounts = ['--user', '--map-root-user', '--mount', 'sh', '-c', asInPod, program];
  const listen = [
    `--listen-addr=127.0.0.1:${port}`,
    `--listen-metrics-addr=127.0.0.1:${metricsPort}`,
  ];
  const child = spawn('unshare', [...mounts, ...listen], {
    stdio: ['ignore', log.fd, log.fd],
    env: {
      PATH: process.env['PATH'],
      TOKEN: cluster.tokenOf(),
      CA_FILE: caFile,
      NAMESPACE: namespace,
      KUBERNETES_SERVICE_HOST: '127.0.0.1',
      KUBERNETES_SERVICE_PORT: String(cluster.port),
    },
  });
  await log.close();
  return { url: `http://127.0.0.1:${port}`, child, ended: once(child, 'exit') };
}

async function readCertificate(url: string): Promise<X509Certificate> {
  let pem = '';
  await waitUntil('the certificate of the peer', async () => {
    const response = await fetch(`${url}/v1/cert.pem`).catch(() => null);
    pem = response?.ok === true ? await response.text() : '';
    return pem !== '';
  });
  return new X509Certificate(pem);
}

async function sealAll(certificate: X509Certificate): Promise<readonly NewObject[]> {
  return Array.from({ length: count }, (_, index) => {
    const name = `sealed-${index}`;
    const keys = Array.from({ length: values }, (_value, key) => `KEY_${key}`);
    const label = `${namespace}/${name}`;
    const encryptedData = Object.fromEntries(keys.map((key) => [key, seal(certificate, label)]));
    const what = { apiVersion: `${group}/v1alpha1`, kind: 'SealedSecret' };
    return { ...what, metadata: { name, namespace }, spec: { encryptedData } };
  });
}

/** As kubeseal does in its strict scope: a session key under RSA-OAEP, the value under AES-GCM without a nonce. */
function seal({ publicKey }: X509Certificate, label: string): string {
  const sessionKey = randomBytes(32);
  const padding = constants.RSA_PKCS1_OAEP_PADDING;
  const wrapped = publicEncrypt(
    { key: publicKey, padding, oaepHash: 'sha256', oaepLabel: Buffer.from(label) },
    sessionKey,
  );
  const cipher = createCipheriv('aes-256-gcm', sessionKey, Buffer.alloc(12));
  const value = randomBytes(18).toString('base64');
  const parts = [cipher.update(value, 'utf8'), cipher.final(), cipher.getAuthTag()];
  const length = Buffer.alloc(2);
  length.writeUInt16BE(wrapped.length);
  return Buffer.concat([length, wrapped, ...parts]).toString('base64');
}
