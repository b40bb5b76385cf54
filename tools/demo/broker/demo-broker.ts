import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { createTestCertificates } from '#test/support/git-server/create-test-certificates.ts';
import { findFreePorts } from '#test/support/cluster/servers/find-free-ports.ts';
import { startDaemon } from '../daemon.ts';
import { waitUntil } from '../wait-until.ts';
import { writePrivateFiles } from '../workspace.ts';
import type { DemoGithub } from './demo-github.ts';
import { isReadyAt } from './is-ready-at.ts';

export interface DemoBroker {
  readonly url: string;
  readonly caFile: string;
  readonly policyFile: string;
  readonly auditFolder: string;
  readonly logFile: string;
  stop(): Promise<number | null>;
}

export interface BrokerPlace {
  readonly root: string;
  readonly github: DemoGithub;
  readonly git: { readonly url: string; readonly caPem: string };
  /** Opens the files of the repository. */
  readonly ageIdentity: string;
}

/** Ids, and no names, say which jobs are meant. */
const policy = `apiVersion: mayfly.dev/v1alpha1
kind: AccessPolicy
metadata: { name: release, namespace: shop }
spec:
  subjects:
    - github:
        issuer: github
        ownerId: ['65']
        repositoryId: ['74']
        ref: [refs/heads/main]
  grants:
    - { store: values, paths: [registry.env], maxTtl: 15m }
`;

/** `mayfly standalone` that serves the broker, with one git Store and one policy. */
export async function startDemoBroker(program: string, place: BrokerPlace): Promise<DemoBroker> {
  const { root } = place;
  const [port = 0, healthPort = 0] = await findFreePorts(2);
  const caPem = await writePlace(place, { port, healthPort });
  const configFile = join(root, 'broker.yaml');
  const daemon = await startDaemon(program, { role: 'standalone', root, configFile });
  try {
    await waitUntil('the broker to be ready', async () => {
      return (await isReadyAt({ port, caPem })) ? true : null;
    });
    // A token of the second in which the broker began is refused: it may have been used before.
    await sleep(1000);
  } catch (error) {
    await daemon.stop();
    const log = await readFile(daemon.logFile, 'utf8');
    throw new Error(`the broker did not start: ${log.slice(-2000)}`, { cause: error });
  }
  return {
    ...daemon,
    url: `https://127.0.0.1:${port}`,
    caFile: join(root, 'broker.pem'),
    policyFile: join(root, 'objects/release.yaml'),
    auditFolder: join(root, 'audit'),
  };
}

interface Ports {
  readonly port: number;
  readonly healthPort: number;
}

/** Answers the certificate of who vouches for the broker. */
async function writePlace(
  { root, git, github, ageIdentity }: BrokerPlace,
  ports: Ports,
): Promise<string> {
  const { caPem, certPem, keyPem } = await createTestCertificates(['127.0.0.1']);
  await writePrivateFiles(root, {
    'broker.pem': caPem,
    'tls.crt': certPem,
    'tls.key': keyPem,
    'keys/shop/git/ca.crt': git.caPem,
    'keys/shop/age/keys.txt': ageIdentity,
    'objects/git.yaml': renderStore(git.url),
    'objects/github.yaml': renderIssuer(github),
    'objects/release.yaml': policy,
    'broker.yaml': renderConfig(root, new URL(git.url).host, ports),
  });
  return caPem;
}

function renderConfig(root: string, gitHost: string, { port, healthPort }: Ports): string {
  return `objectsDir: ${root}/objects
stateDir: ${root}/state
secretsDir: ${root}/keys
git: { allowedHosts: ['${gitHost}'] }
http: { listen: 127.0.0.1:${healthPort} }
log: { format: json }
status: { socket: ${root}/status.sock }
broker:
  url: https://127.0.0.1:${port}
  listen: 127.0.0.1:${port}
  certFile: ${root}/tls.crt
  keyFile: ${root}/tls.key
  drain: 0s
  audit: { folder: ${root}/audit }
`;
}

function renderStore(url: string): string {
  return `apiVersion: mayfly.dev/v1alpha1
kind: GitSource
metadata: { name: config, namespace: shop }
spec:
  url: ${url}
  ref: { branch: main }
  interval: 1m
  auth: { type: none, secretRef: { name: git } }
---
apiVersion: mayfly.dev/v1alpha1
kind: Store
metadata: { name: values, namespace: shop }
spec:
  provider:
    git:
      sourceRef: { name: config }
      path: ci
      decryption: { keys: [{ secretRef: { name: age } }] }
`;
}

function renderIssuer({ url, caPem }: DemoGithub): string {
  return JSON.stringify({
    apiVersion: 'mayfly.dev/v1alpha1',
    kind: 'TokenIssuer',
    metadata: { name: 'github' },
    spec: { kind: 'github', issuer: url, ca: caPem, allowPrivateAddress: true },
  });
}
