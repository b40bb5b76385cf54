import { beforeAll, describe, expect, it } from '@jest/globals';
import { describeWithNode } from '#test/support/node/describe-with-node.ts';
import { buildMayflyImages, type MayflyImages } from '#test/support/node/images/mayfly-images.ts';
import { agentImage, controllerImage } from '#tools/image/build-images.ts';
import { readArchive } from '#tools/image/read-archive.ts';
import { buildBusybox, busyboxImage } from '#test/support/node/images/test-images.ts';
import {
  aRestrictedNamespace,
  restrictedContainer,
  restrictedPod,
} from '#test/support/node/pods/restricted.ts';
import {
  createObject,
  isOver,
  isReady,
  readLogs,
  untilPod,
} from '#test/support/node/pods/run-pod.ts';

const long = 120_000;
const namespace = 'shop';
let images: MayflyImages;

describeWithNode(
  'the images',
  async () => {
    images = await buildMayflyImages();
    return { images: [images.agent, images.controller, await buildBusybox()] };
  },
  (node) => {
    beforeAll(() => createObject(node(), aRestrictedNamespace(namespace)));

    async function runOnce(name: string, image: string, args: object): Promise<string> {
      const app = { name: 'app', image, securityContext: asMayfly, ...args };
      const spec = { restartPolicy: 'Never', securityContext: restrictedPod, containers: [app] };
      const pod = { namespace, name };
      await createObject(node(), { apiVersion: 'v1', kind: 'Pod', metadata: pod, spec });
      await untilPod(node(), pod, isOver);
      return readLogs(node(), pod, 'app');
    }

    it(
      'start Mayfly with nothing but what they hold',
      async () => {
        for (const [name, image] of [
          ['agent', agentImage],
          ['controller', controllerImage],
        ] as const) {
          const output = await runOnce(`help-${name}`, image, { args: ['--help'] });
          expect(output).toContain('Usage: mayfly');
        }
      },
      long,
    );

    it(
      'hold git and ssh where repositories are read',
      async () => {
        const git = { command: ['/usr/bin/git'], args: ['ls-remote', 'https://127.0.0.1:1/none'] };
        // It got as far as dialling: all that it is linked against is there.
        expect(await runOnce('git', controllerImage, git)).toMatch(
          /Failed to connect|Could not connect/u,
        );
        const ssh = { command: ['/usr/bin/ssh'], args: ['-p', '1', '127.0.0.1'] };
        expect(await runOnce('ssh', controllerImage, ssh)).toContain('Connection refused');
      },
      long,
    );

    describe('by themselves', () => {
      it.each(['agent', 'controller'] as const)('are started as nobody: %s', async (name) => {
        const { config } = await readArchive(images[name]);
        expect(config).toMatchObject({
          User: '65532:65532',
          Entrypoint: ['/usr/local/bin/mayfly'],
          Labels: { 'org.opencontainers.image.licenses': 'Apache-2.0' },
        });
      });

      it('hold no shell, and git only where it is needed', async () => {
        const [agent, controller] = [
          await readArchive(images.agent),
          await readArchive(images.controller),
        ];
        const programs = /\/(?:s?bin|git-core)\/(?<name>[^/]+)$/u;
        const namesOf = (paths: readonly string[]): readonly string[] =>
          paths.flatMap((path) => programs.exec(path)?.groups?.['name'] ?? []).toSorted();
        expect(namesOf(agent.paths)).toEqual(['mayfly', 'node']);
        const withGit = ['git', 'git-remote-http', 'git-remote-https', 'mayfly', 'node', 'ssh'];
        expect(namesOf(controller.paths)).toEqual(withGit);
      });
    });

    it(
      'let a sidecar hand variables to an application through the kubelet',
      async () => {
        const pod = { namespace, name: 'variables' };
        await createObject(node(), aPodWithVariables(pod));
        await untilPod(node(), pod, isReady);
        expect(await readLogs(node(), pod, 'app')).toBe('quoted "value"\n');
      },
      long,
    );
  },
);

/** As the images ask for. */
const asMayfly = { ...restrictedContainer, readOnlyRootFilesystem: true, runAsUser: 65532 };
const aReadOnlyRoot = { ...restrictedContainer, readOnlyRootFilesystem: true };

/** A pod as the webhook makes them, with a stand-in for the agent. */
function aPodWithVariables(metadata: object): object {
  const folder = '/run/secrets/mayfly';
  const write = `fs.writeFileSync('${folder}/env', 'PASSWORD=\\'quoted "value"\\'\\n')`;
  const check = `fs.accessSync('${folder}/env')`;
  const program = (source: string): readonly string[] => ['/usr/local/bin/node', '-e', source];
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata,
    spec: {
      securityContext: restrictedPod,
      initContainers: [
        {
          name: 'agent',
          image: agentImage,
          restartPolicy: 'Always',
          command: program(`${write}; setInterval(() => {}, 1000)`),
          startupProbe: { exec: { command: program(check) }, periodSeconds: 1, timeoutSeconds: 5 },
          securityContext: aReadOnlyRoot,
          volumeMounts: [{ name: 'secrets', mountPath: folder }],
        },
      ],
      containers: [
        {
          name: 'app',
          image: busyboxImage,
          command: ['sh', '-c', 'echo "$PASSWORD"; sleep 1000'],
          securityContext: aReadOnlyRoot,
          env: [
            {
              name: 'PASSWORD',
              valueFrom: { fileKeyRef: { volumeName: 'secrets', path: 'env', key: 'PASSWORD' } },
            },
          ],
        },
      ],
      volumes: [{ name: 'secrets', emptyDir: { medium: 'Memory', sizeLimit: '1Mi' } }],
    },
  };
}
