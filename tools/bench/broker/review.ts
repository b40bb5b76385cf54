import {
  anObject,
  brokerAccount,
  clusterGrants,
  clusterVault,
  installBroker,
  startPod,
} from '#test/support/broker/broker-cluster.ts';
import { openClusterBroker, type ClusterBroker } from '#test/support/broker/open-cluster-broker.ts';
import { createCluster, type Cluster } from '#test/support/cluster/create-cluster.ts';
import type { Benchmark, Figure } from '../benchmark.ts';
import { findPercentile, renderPlain } from '../figures.ts';

/** What the question whether a pod still lives costs: the same token, with it and without. */
export const brokerReview: Benchmark = {
  name: 'broker-review',
  summary: 'exchanges of the token of a pod, with TokenReview at a real API server and without',
  isLong: true,
  needs: 'kube-apiserver',
  run: async (say) => {
    const cluster = await createCluster({ users: [brokerAccount] });
    try {
      return await withCluster(cluster, say);
    } finally {
      await cluster.stop();
    }
  },
};

async function withCluster(
  cluster: Cluster,
  say: (progress: string) => void,
): Promise<readonly Figure[]> {
  await installBroker(cluster);
  const token = await startPod(cluster, 'web-1');
  const { body } = await cluster.request({ path: '/openid/v1/jwks' });
  const jwks = typeof body === 'string' ? body : JSON.stringify(body);
  const issuer = { kind: 'kubernetes', issuer: cluster.url };
  const kinds = {
    with: { ...issuer, keys: { cluster: {} } },
    without: { ...issuer, keys: { inline: { jwks } }, replay: 'None' },
  };
  const figures: Figure[] = [];
  for (const [name, spec] of Object.entries(kinds)) {
    say(`${name} TokenReview`);
    const subjects = [{ pod: { issuer: 'pods', serviceAccounts: ['shop/web'] } }];
    const objects = [
      anObject('TokenIssuer', 'pods', spec),
      anObject('ClusterStore', 'vault', clusterVault),
      anObject('ClusterAccessPolicy', 'release', { subjects, grants: clusterGrants }),
    ];
    await cluster.kubectl(['apply', '-f', '-'], { stdin: objects.join('\n---\n') });
    const broker = await openClusterBroker(await cluster.writeKubeconfig(brokerAccount));
    try {
      await ask(broker, token, 1000);
      figures.push(...render(`broker-${name}-review`, await ask(broker, token, 3000)));
    } finally {
      await broker.close();
    }
    await cluster.kubectl(['delete', 'tokenissuer', 'pods']);
  }
  return figures;
}

const connections = 10;

interface Asked {
  readonly perSecond: number;
  readonly times: readonly number[];
}

/** The load is in the process of the broker: what counts is the difference. */
async function ask(broker: ClusterBroker, token: string, count: number): Promise<Asked> {
  const times: number[] = [];
  const begun = performance.now();
  async function askMany(): Promise<void> {
    for (let at = 0; at < count / connections; at += 1) {
      const started = performance.now();
      const { status, text } = await broker.exchange(token, { policy: 'cluster/release' });
      if (status !== 200) throw new Error(text);
      times.push(performance.now() - started);
    }
  }
  await Promise.all(Array.from({ length: connections }, askMany));
  return { perSecond: (times.length * 1000) / (performance.now() - begun), times };
}

function render(name: string, { perSecond, times }: Asked): readonly Figure[] {
  return [
    renderPlain(`${name}-rate`, perSecond, 'exchanges/s'),
    renderPlain(`${name}-p50`, findPercentile(times, 50), 'ms'),
    renderPlain(`${name}-p99`, findPercentile(times, 99), 'ms'),
  ];
}
