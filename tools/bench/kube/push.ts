import type { Benchmark, Figure } from '../benchmark.ts';
import { findPercentile, renderLimit, renderPlain } from '../figures.ts';
import type { RunningMayfly } from '../sync/running-mayfly.ts';
import type { Layout } from '../sync/standalone-stage.ts';
import { measureRepairs } from './hand-edits.ts';
import {
  countCalls,
  createKubeStage,
  timePush,
  waitForPasses,
  waitForSettled,
  type KubeStage,
} from './kube-stage.ts';
import { measurePeer } from './sealed-secrets-peer.ts';

const fileCount = 1000;
const values = 20;
const repairs = 40;
/** How many times faster than the peer. */
const wantedRatio = 30;

/** One EphemeralSecret of 1,000 files. */
export const kubePushOne = createPushBenchmark('one');

/** 1,000 EphemeralSecrets of one file each; the peer has 100 SealedSecrets on the same API server. */
export const kubePushMany = createPushBenchmark('many');

function createPushBenchmark(layout: Layout): Benchmark {
  const objects = layout === 'one' ? 'one EphemeralSecret' : '1,000 EphemeralSecrets';
  return {
    name: `kube-push-${layout}`,
    summary: `mayfly controller on a real API server, ${objects} over 1,000 files: a push, hand edits`,
    async run(say) {
      const stage = await createKubeStage({ count: fileCount, values, layout, empty: true }, say);
      try {
        const figures = await measureOurs(stage, layout, say);
        return layout === 'one' ? figures : [...figures, await compare(stage, figures, say)];
      } finally {
        await stage.close();
      }
    },
  };
}

async function measureOurs(
  stage: KubeStage,
  layout: Layout,
  say: (progress: string) => void,
): Promise<readonly Figure[]> {
  const running = await stage.start();
  try {
    await waitForPasses(stage, running);
    say('push of everything');
    const figures = await measurePush({ stage, running }, `kube-push-${layout}`);
    say('changes by hand');
    await waitForSettled(running, stage.objectCount);
    const driftMs = await measureRepairs(stage, repairs);
    const name = `kube-drift-${layout}`;
    return [
      ...figures,
      renderPlain(`${name}-p50`, findPercentile(driftMs, 50), 'ms'),
      renderLimit(`${name}-p95`, findPercentile(driftMs, 95), { unit: 'ms', limit: 1000 }),
    ];
  } finally {
    await running.stop();
  }
}

async function measurePush(
  { stage, running }: { readonly stage: KubeStage; readonly running: RunningMayfly },
  name: string,
): Promise<readonly Figure[]> {
  await running.takeLoopDelay();
  const cpuBefore = await running.readCpuSeconds();
  const callsBefore = await countCalls(running);
  const seconds = (await timePush(stage, running)) / 1000;
  const cpuSeconds = (await running.readCpuSeconds()) - cpuBefore;
  const calls = (await countCalls(running)) - callsBefore;
  const delay = await running.takeLoopDelay();
  return [
    renderLimit(name, seconds, { unit: 's', limit: 6 }),
    renderPlain(`${name}-cpu`, cpuSeconds, 's'),
    renderPlain(`${name}-calls`, calls, ''),
    renderLimit(`${name}-memory`, await running.readPeakMiB(), { unit: 'MiB', limit: 160 }),
    renderLimit(`${name}-loop-delay-p99`, delay.p99Ms, { unit: 'ms', limit: 50 }),
  ];
}

/** Secrets a second, ours and the peer's: it works at an even pace, so fewer of them tell as much. */
async function compare(
  stage: KubeStage,
  [push]: readonly Figure[],
  say: (progress: string) => void,
): Promise<Figure> {
  const ours = fileCount / (push?.value ?? Number.NaN);
  const figure = renderPlain('kube-push-many-rate', ours, 'Secrets/s');
  say('the sealed-secrets controller');
  const peer = await measurePeer(stage.cluster);
  if (peer === null) return figure;
  const ratio = ours / peer;
  const target = `>= ${wantedRatio} x sealed-secrets`;
  return { ...figure, peer: Number(peer.toPrecision(3)), ratio, target, ok: ratio >= wantedRatio };
}
