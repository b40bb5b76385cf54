import { afterAll, beforeAll } from '@jest/globals';
import { describeWithParts } from '#test/support/describe-with-parts.ts';
import { createCluster, type Cluster, type ClusterOptions } from './create-cluster.ts';

const startWithinMs = 120_000;

/**
 * `describe` for tests on a real control plane of their own; the body gets a function that returns it. Where the
 * programs are missing the tests are skipped aloud; in CI they fail. Await it at the top level of the test file.
 */
export async function describeWithCluster(
  title: string,
  options: ClusterOptions,
  body: (cluster: () => Cluster) => void,
): Promise<void> {
  const always = ['etcd', 'kube-apiserver', 'kubectl'] as const;
  const programs =
    options.controllers === true ? ([...always, 'kube-controller-manager'] as const) : always;
  await describeWithParts(programs, title, () => {
    let cluster: Cluster | null = null;
    beforeAll(async () => {
      cluster = await createCluster(options);
    }, startWithinMs);
    afterAll(() => cluster?.stop(), startWithinMs);
    body(() => {
      if (cluster === null) throw new Error('the cluster is there once the first test runs');
      return cluster;
    });
  });
}
