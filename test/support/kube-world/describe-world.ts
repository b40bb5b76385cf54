import { afterAll, beforeAll, expect } from '@jest/globals';
import type { ClusterOptions } from '#test/support/cluster/create-cluster.ts';
import { describeWithCluster } from '#test/support/cluster/describe-with-cluster.ts';
import { createKubeWorld, type KubeWorld, type WorldOptions } from './create-kube-world.ts';
import { controllerUser } from './replica.ts';

const startWithinMs = 120_000;
const logLines = 40;

/** `describe` for tests on a cluster with a world in it; see {@link describeWithCluster}. */
export async function describeWorld(
  title: string,
  options: ClusterOptions & WorldOptions,
  body: (world: () => KubeWorld) => void,
): Promise<void> {
  const all = { ...options, users: [controllerUser, ...(options.users ?? [])] };
  await describeWithCluster(title, all, (cluster) => {
    let world: KubeWorld | null = null;
    beforeAll(async () => {
      world = await createKubeWorld(cluster(), options);
    }, startWithinMs);
    afterAll(() => world?.close(), startWithinMs);
    body(() => {
      if (world === null) throw new Error('the world is there once the first test runs');
      return world;
    });
  });
}

/** Runs a test, and shows what the controllers wrote when it fails. */
export async function withLogs(world: KubeWorld, test: () => Promise<void>): Promise<void> {
  try {
    await test();
  } catch (error) {
    for (const replica of world.replicas) {
      const lines = (await replica.readLog()).trim().split('\n').slice(-logLines);
      process.stderr.write(`${replica.name}:\n${lines.join('\n')}\n`);
    }
    throw error;
  }
}

/** No controller ended by itself. */
export function expectNoCrash(world: KubeWorld): void {
  expect(world.replicas.flatMap(({ crashes }) => crashes)).toEqual([]);
}
