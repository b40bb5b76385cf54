import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { generateX25519Identity, identityToRecipient } from 'age-encryption';
import { createCluster, type Cluster } from '#test/support/cluster/create-cluster.ts';
import {
  createTestGitServer,
  type TestGitServer,
} from '#test/support/git-server/create-test-git-server.ts';
import { isAtHand, requirePart } from '#test/support/parts.ts';
import { root } from '#tools/steps/run-command.ts';
import { startDaemon } from '../daemon.ts';
import type { Narrator } from '../narrator.ts';
import { createPublisher } from '../publisher.ts';
import { playSteps, writeFirstFiles } from '../steps.ts';
import { renderObjects } from '../workspace.ts';
import { createClusterScenery } from './cluster-scenery.ts';

const controller = 'system:serviceaccount:mayfly-system:mayfly-controller';
const programs = ['etcd', 'kube-apiserver', 'kubectl'] as const;

/** The same once more with a real API server, where one is at hand: nothing is built for a demo. */
export async function playOnCluster(narrator: Narrator, program: string): Promise<void> {
  if (!programs.every(isAtHand)) {
    narrator.say(
      '\nNot repeated on a Kubernetes API server, there is none here: have `npm test` build one, or set KUBEBUILDER_ASSETS.',
    );
    return;
  }
  const server = await requirePart('kube-apiserver');
  narrator.say(`\nThe same on a Kubernetes API server, started from ${server} for this demo.\n`);
  const cluster = await createCluster({ users: [controller] });
  const folder = await mkdtemp(join(tmpdir(), 'mayfly-demo-'));
  try {
    await play({ narrator, program, cluster, folder });
  } finally {
    await cluster.stop();
    await rm(folder, { recursive: true, force: true });
  }
}

interface Scene {
  readonly narrator: Narrator;
  readonly program: string;
  readonly cluster: Cluster;
  readonly folder: string;
}

async function play(scene: Scene): Promise<void> {
  const { narrator, program, cluster, folder } = scene;
  const identity = await generateX25519Identity();
  const recipient = await identityToRecipient(identity);
  const publisher = await createPublisher(folder, program);
  const server = await createTestGitServer({ repository: publisher.bareRepository });
  try {
    await narrator.step('the kinds, rights and policies of manifests/base are installed', () =>
      install(cluster, { identity, caPem: server.caPem }),
    );
    await narrator.step('two encrypted files, and the objects that ask for them', async () => {
      await writeFirstFiles({ publisher, recipient });
      const commit = await publisher.publish('two secrets');
      await cluster.kubectl(['apply', '-f', '-'], { stdin: renderObjects(server.url) });
      return [`${server.url} at ${commit}`];
    });
    const configFile = await configure(scene, server);
    const daemon = await startDaemon(program, { role: 'controller', root: folder, configFile });
    try {
      await playSteps({ narrator, publisher, recipient, scenery: createClusterScenery(cluster) });
      await narrator.step('mayfly ends cleanly', async () => {
        const code = await daemon.stop();
        if (code !== 0) throw new Error(`it ended with ${code ?? 'a signal'}`);
        return [];
      });
    } catch (error) {
      narrator.say(`The end of its log:\n${(await readFile(daemon.logFile, 'utf8')).slice(-2000)}`);
      throw error;
    } finally {
      await daemon.stop();
    }
  } finally {
    await server.close();
  }
}

async function install(
  { kubectl, request }: Cluster,
  { identity, caPem }: { readonly identity: string; readonly caPem: string },
): Promise<readonly string[]> {
  await kubectl(['apply', '--server-side', '-k', join(root, 'manifests', 'base')]);
  await kubectl(['create', 'namespace', 'shop']);
  const keys = { age: { 'keys.txt': `${identity}\n` }, git: { 'ca.crt': caPem } };
  for (const [name, stringData] of Object.entries(keys)) {
    const body = { metadata: { name }, stringData };
    await request({ path: '/api/v1/namespaces/shop/secrets', body });
  }
  const { body } = await request({ path: '/version' });
  const { gitVersion } = body as { readonly gitVersion: string };
  return [
    `Kubernetes ${gitVersion}: kube-apiserver and etcd; no kubelet, so pods would not run`,
    `mayfly controller runs beside it, with the rights of ${controller} and no more`,
  ];
}

async function configure({ cluster, folder }: Scene, { url }: TestGitServer): Promise<string> {
  const file = join(folder, 'mayfly.json');
  const settings = {
    stateDir: join(folder, 'state'),
    kube: { kubeconfig: await cluster.writeKubeconfig(controller) },
    git: { allowedHosts: [new URL(url).host] },
    lease: { minTtl: '5s' },
    log: { format: 'json' },
  };
  await writeFile(file, JSON.stringify(settings));
  return file;
}
