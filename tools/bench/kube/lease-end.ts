import { setTimeout as sleep } from 'node:timers/promises';
import type { Benchmark } from '../benchmark.ts';
import { findPercentile, renderLimit, renderPlain } from '../figures.ts';
import { createKubeStage, namespace, waitForSecrets, type KubeStage } from './kube-stage.ts';

const count = 300;
const ttl = '45s';
const lookEveryMs = 50;
const limitMs = 180_000;

/** Secrets that are issued once, and how late each of them goes when its lease has ended. */
export const kubeLeaseEnd: Benchmark = {
  name: 'kube-lease-end',
  summary: `mayfly controller deletes ${count} Secrets whose leases of ${ttl} end`,
  isLong: true,
  async run(say) {
    const spec = { ttl, lifetime: 'Once' };
    const options = { count, values: 2, layout: 'many', empty: false, spec } as const;
    const stage = await createKubeStage(options, say);
    try {
      const running = await stage.start();
      try {
        await waitForSecrets(stage, count);
        say('waiting for the ends');
        const lateMs = await watchEnds(stage);
        const early = Math.max(0, ...lateMs.map((ms) => -ms));
        return [
          renderPlain('kube-lease-end-p50', findPercentile(lateMs, 50), 'ms'),
          renderLimit('kube-lease-end-p99', findPercentile(lateMs, 99), {
            unit: 'ms',
            limit: 30_000,
          }),
          renderLimit('kube-lease-end-earliest', early, { unit: 'ms', limit: 1000 }),
        ];
      } finally {
        await running.stop();
      }
    } finally {
      await stage.close();
    }
  },
};

/** How long after the end of its lease each Secret was seen to be gone; both times are those of this machine. */
async function watchEnds(stage: KubeStage): Promise<readonly number[]> {
  const left = new Map(await readEnds(stage));
  const lateMs: number[] = [];
  const stopAt = Date.now() + limitMs;
  while (left.size > 0) {
    if (Date.now() > stopAt) throw new Error(`${left.size} Secrets outlive their leases`);
    await sleep(lookEveryMs);
    const askedAt = Date.now();
    const live = await readEnds(stage);
    for (const [name, endsAt] of left) {
      if (live.has(name)) continue;
      lateMs.push(askedAt - endsAt);
      left.delete(name);
    }
  }
  return lateMs;
}

interface ListedSecrets {
  readonly items: readonly {
    readonly metadata: {
      readonly name: string;
      readonly annotations: Readonly<Record<string, string>>;
    };
  }[];
}

async function readEnds({ cluster }: KubeStage): Promise<ReadonlyMap<string, number>> {
  const path = `/api/v1/namespaces/${namespace}/secrets?labelSelector=mayfly.dev/managed%3Dtrue`;
  const { status, body } = await cluster.request({ path });
  if (status !== 200) throw new Error(`the Secrets cannot be listed: ${status}`);
  const { items } = body as ListedSecrets;
  return new Map(
    items.map(({ metadata: { name, annotations } }) => [
      name,
      Date.parse(annotations['mayfly.dev/expires-at'] ?? ''),
    ]),
  );
}
