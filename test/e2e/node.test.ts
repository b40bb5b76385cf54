import { fork } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { networkInterfaces } from 'node:os';
import { basename, join } from 'node:path';
import { expect, it } from '@jest/globals';
import { root } from '#test/support/arch/source-files.ts';
import { listControlGroupRoots } from '#test/support/cluster/servers/remove-control-groups.ts';
import { describeOrSkip } from '#test/support/describe-with-parts.ts';
import type { AbandonedNode } from '#test/support/node/abandoned-node.ts';
import { createNode } from '#test/support/node/create-node.ts';
import { describeWithNode } from '#test/support/node/describe-with-node.ts';
import { buildBusybox, busyboxImage } from '#test/support/node/images/test-images.ts';
import {
  createObject,
  execIn,
  isReady,
  readLogs,
  untilPod,
} from '#test/support/node/pods/run-pod.ts';
import { whyNoNode } from '#test/support/node/why-no-node.ts';
import { until } from '#test/support/until.ts';

const long = 120_000;
const namespace = 'default';

/** What is left of a node, by the names under which it could be found. */
async function findTraces({
  folder,
  clusterFolder,
  hostAddress,
}: AbandonedNode): Promise<string[]> {
  const groups = (await listControlGroupRoots()).map((place) => join(place, basename(folder)));
  const paths = [folder, clusterFolder, ...groups].filter((path) => existsSync(path));
  const cards = Object.values(networkInterfaces()).flatMap((card) => card ?? []);
  const addresses = cards.map(({ address }) => address).filter((each) => each === hostAddress);
  return [...paths, ...addresses, ...listCommandsWith(folder)];
}

function listCommandsWith(text: string): readonly string[] {
  return readdirSync('/proc').filter((pid) => {
    if (!/^\d+$/u.test(pid)) return false;
    try {
      return readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes(text);
    } catch {
      return false;
    }
  });
}

describeWithNode(
  'a real node',
  async () => ({ images: [await buildBusybox()] }),
  (node) => {
    it(
      'runs a pod, whose output is read and in which programs are run',
      async () => {
        const pod = { namespace, name: 'first' };
        const command = ['sh', '-c', 'echo it runs; sleep 1000'];
        const containers = [{ name: 'app', image: busyboxImage, command }];
        await createObject(node(), {
          apiVersion: 'v1',
          kind: 'Pod',
          metadata: pod,
          spec: { containers },
        });
        await untilPod(node(), pod, isReady);
        expect(await readLogs(node(), pod, 'app')).toBe('it runs\n');
        const answer = await execIn(node(), { ...pod, container: 'app' }, ['echo', 'so does this']);
        expect(answer).toBe('so does this\n');
      },
      long,
    );

    it(
      'gives services addresses that pods and the API server reach',
      async () => {
        const labels = { app: 'echo' };
        const command = ['sh', '-c', 'while :; do echo served | nc -l -p 8080; done'];
        await createObject(node(), {
          apiVersion: 'v1',
          kind: 'Pod',
          metadata: { namespace, name: 'echo', labels },
          spec: { containers: [{ name: 'app', image: busyboxImage, command }] },
        });
        await createObject(node(), {
          apiVersion: 'v1',
          kind: 'Service',
          metadata: { namespace, name: 'echo' },
          spec: {
            clusterIP: '10.0.0.80',
            selector: labels,
            ports: [{ port: 80, targetPort: 8080 }],
          },
        });
        await untilPod(node(), { namespace, name: 'echo' }, isReady);
        const caller = { namespace, name: 'first', container: 'app' };
        const call = (): Promise<string> =>
          execIn(node(), caller, ['nc', '-w', '5', '10.0.0.80', '80']).catch(() => '');
        await until(async () => (await call()) === 'served\n');
      },
      long,
    );
  },
);

describeOrSkip(whyNoNode(), 'a node that is over', () => {
  it(
    'leaves nothing when it is stopped',
    async () => {
      const { folder, cluster, hostAddress, stop } = await createNode();
      const traces = { folder, clusterFolder: cluster.folder, hostAddress };
      expect(await findTraces(traces)).toEqual(expect.arrayContaining([folder, hostAddress]));
      await stop();
      expect(await findTraces(traces)).toEqual([]);
    },
    long,
  );

  it(
    'leaves nothing when what started it is killed',
    async () => {
      const program = fork(join(root, 'test', 'support', 'node', 'abandoned-node.ts'), {
        execArgv: [],
      });
      const [traces] = (await once(program, 'message')) as [AbandonedNode];
      expect(await findTraces(traces)).not.toEqual([]);
      program.kill('SIGKILL');
      await until(async () => (await findTraces(traces)).length === 0);
    },
    long,
  );
});
