import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { readAgeVector } from '#test/support/age/vectors.ts';
import { describeWithNode } from '#test/support/node/describe-with-node.ts';
import { buildMayflyImages } from '#test/support/node/images/mayfly-images.ts';
import { buildBusybox, busyboxImage } from '#test/support/node/images/test-images.ts';
import { installMayfly } from '#test/support/node/mayfly/install-mayfly.ts';
import {
  createObject,
  isReady,
  readLogs,
  readPod,
  untilPod,
} from '#test/support/node/pods/run-pod.ts';
import { aSecret, aSource, type StageObject } from '#test/support/stage/create-stage.ts';
import {
  createSealedRepository,
  type SealedRepository,
} from '#test/support/stage/create-sealed-repository.ts';
import { createTempFolder } from '#test/support/temp-folder.ts';

const long = 180_000;
const namespace = 'shop';
const names = ['gated', 'plain', 'gated-later', 'plain-later'];

describeWithNode(
  'a pod that references a Secret of the lifetime WhileInUse',
  async () => {
    const images = await buildMayflyImages();
    return { images: [images.agent, images.controller, await buildBusybox()] };
  },
  (node) => {
    let folder: Awaited<ReturnType<typeof createTempFolder>>;
    let repository: SealedRepository;

    beforeAll(async () => {
      folder = await createTempFolder();
      const { hostAddress, cluster } = node();
      const place = { hosts: [hostAddress], address: hostAddress };
      repository = await createSealedRepository(folder.path, place);
      const { url, caPem } = repository.server;
      const settings = { git: { allowedHosts: [new URL(url).host] } };
      await installMayfly(node(), { components: ['while-in-use'], settings });
      const files: Record<string, string> = {};
      for (const name of names) {
        files[`secrets/${name}.yaml`] = await repository.seal(name, { key: `for ${name}` });
      }
      await repository.work.push(files);
      const objects = [
        { apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace } },
        aKey('age', { 'keys.txt': (await readAgeVector('x25519.txt')).toString('utf8') }),
        aKey('ca', { 'ca.crt': caPem }),
        asObject(aSource(repository, 'repo', { interval: '1s' })),
        ...names.map(anEphemeralSecret),
      ];
      for (const object of objects) await createObject(node(), object);
      const which = names.map((name) => `ephemeralsecret/${name}`);
      const wait = ['wait', '-n', namespace, '--for=condition=Ready', ...which];
      await cluster.kubectl([...wait, '--timeout=90s']);
    }, long);

    afterAll(async () => {
      await repository?.server.close();
      await folder?.remove();
    });

    async function createPod(name: string, { isGated }: { isGated: boolean }): Promise<void> {
      const secretKeyRef = { name, key: 'key', optional: true };
      const command = ['sh', '-c', 'echo "${KEY-without it}"; exec sleep 100000'];
      const app = { name: 'app', image: busyboxImage, command };
      const containers = [{ ...app, env: [{ name: 'KEY', valueFrom: { secretKeyRef } }] }];
      const annotations = isGated ? { 'mayfly.dev/wait-for-secrets': 'true' } : {};
      const metadata = { namespace, name, annotations };
      await createObject(node(), { apiVersion: 'v1', kind: 'Pod', metadata, spec: { containers } });
    }

    async function untilStarted(name: string): Promise<string> {
      const pod = { namespace, name };
      await untilPod(node(), pod, isReady);
      return (await readLogs(node(), pod, 'app')).trim();
    }

    async function scaleController(replicas: string): Promise<void> {
      const { cluster } = node();
      const at = ['--namespace', 'mayfly-system', 'deployment/mayfly-controller'];
      await cluster.kubectl(['scale', `--replicas=${replicas}`, ...at]);
      await cluster.kubectl(['rollout', 'status', ...at]);
      if (replicas !== '0') return;
      const which = 'app.kubernetes.io/component=controller';
      const wait = ['wait', 'pod', '--namespace', 'mayfly-system', '--selector', which];
      await cluster.kubectl([...wait, '--for=delete', '--timeout=60s']);
    }

    it(
      'starts with it as soon as with a Secret that is there',
      async () => {
        const took: string[] = [];
        for (const [name, isGated] of [
          ['gated', true],
          ['plain', false],
        ] as const) {
          const began = performance.now();
          await createPod(name, { isGated });
          await untilStarted(name);
          took.push(`${((performance.now() - began) / 1000).toFixed(1)} s`);
        }
        process.stderr.write(`created to started, with the gate and without: ${took.join(', ')}\n`);
        expect(await untilStarted('gated')).toBe('for gated');
      },
      long,
    );

    it(
      'waits for it with the gate while no controller is there, and starts without it else',
      async () => {
        await scaleController('0');
        await createPod('gated-later', { isGated: true });
        await createPod('plain-later', { isGated: false });
        expect(await untilStarted('plain-later')).toBe('without it');
        const waiting = await readPod(node(), { namespace, name: 'gated-later' });
        expect(waiting.status.phase).toBe('Pending');
        await scaleController('1');
        expect(await untilStarted('gated-later')).toBe('for gated-later');
      },
      long,
    );
  },
);

function aKey(name: string, stringData: Readonly<Record<string, string>>): object {
  return { apiVersion: 'v1', kind: 'Secret', metadata: { namespace, name }, stringData };
}

function asObject({ kind, name, spec }: StageObject): object {
  return { apiVersion: 'mayfly.dev/v1alpha1', kind, metadata: { namespace, name }, spec };
}

function anEphemeralSecret(name: string): object {
  const path = `secrets/${name}.yaml`;
  return asObject(aSecret(name, { path, lifetime: 'WhileInUse' }));
}
