import { readFile } from 'node:fs/promises';
import type { Benchmark, Figure } from '../benchmark.ts';
import { renderLimit, renderPlain } from '../figures.ts';
import type { RunningMayfly } from '../sync/running-mayfly.ts';
import {
  countCalls,
  createKubeStage,
  waitForSecrets,
  waitForSettled,
  type KubeStage,
} from './kube-stage.ts';

export const kubeRestart = createRestartBenchmark('kube-restart', { count: 5000, namespaces: 1 });
export const kubeSpread = createRestartBenchmark('kube-300-namespaces', {
  count: 1500,
  namespaces: 300,
});
export const kubeLarge = createRestartBenchmark('kube-20000', { count: 20_000, namespaces: 1 });

interface Size {
  readonly count: number;
  readonly namespaces: number;
}

/** So many EphemeralSecrets are brought to a cluster; then the program is started again over them. */
function createRestartBenchmark(name: string, { count, namespaces }: Size): Benchmark {
  const spread = namespaces === 1 ? '' : ` in ${namespaces} namespaces, each with a source`;
  return {
    name,
    summary: `mayfly controller, the first sync of ${count} EphemeralSecrets${spread}, and a restart`,
    isLong: true,
    async run(say) {
      const options = { count, namespaces, values: 2, layout: 'many', empty: false } as const;
      const stage = await createKubeStage(options, say);
      try {
        say('first sync');
        const filled = await fill(stage, name);
        say('restart');
        return [...filled, ...(await measure(stage, name))];
      } finally {
        await stage.close();
      }
    },
  };
}

async function fill(stage: KubeStage, name: string): Promise<readonly Figure[]> {
  const started = performance.now();
  const running = await stage.start();
  try {
    await waitForSecrets(stage, stage.objectCount);
    const seconds = (performance.now() - started) / 1000;
    await waitForSettled(running, stage.objectCount);
    return [
      renderPlain(`${name}-first-sync`, seconds, 's'),
      renderPlain(`${name}-first-sync-memory`, await running.readPeakMiB(), 'MiB'),
    ];
  } finally {
    await running.stop();
  }
}

async function measure(stage: KubeStage, name: string): Promise<readonly Figure[]> {
  const started = performance.now();
  const running = await stage.start();
  try {
    await waitForSettled(running, stage.objectCount);
    const seconds = (performance.now() - started) / 1000;
    const cpuSeconds = await running.readCpuSeconds();
    const delay = await running.takeLoopDelay();
    return [
      renderLimit(name, seconds, { unit: 's', limit: 20 }),
      renderPlain(`${name}-cpu`, cpuSeconds, 's'),
      renderLimit(`${name}-memory`, await running.readPeakMiB(), { unit: 'MiB', limit: 250 }),
      renderPlain(`${name}-memory-after`, await readResidentMiB(running), 'MiB'),
      renderLimit(`${name}-writes`, await countWrites(running), { unit: '', limit: 0 }),
      renderLimit(`${name}-loop-delay-p99`, delay.p99Ms, { unit: 'ms', limit: 50 }),
    ];
  } finally {
    await running.stop();
  }
}

/** To Secrets and to the kinds of Mayfly; the election has a Lease to renew. */
async function countWrites(running: RunningMayfly): Promise<number> {
  const counts: number[] = [];
  for (const verb of ['create', 'apply', 'patch', 'replace', 'delete']) {
    for (const resource of ['secrets', 'ephemeralsecrets', 'gitsources']) {
      counts.push(await countCalls(running, `verb="${verb}",resource="${resource}`));
    }
  }
  return counts.reduce((sum, count) => sum + count, 0);
}

async function readResidentMiB({ pid }: RunningMayfly): Promise<number> {
  const status = await readFile(`/proc/${pid}/status`, 'utf8');
  return Math.round(Number(/VmRSS:\s+(\d+) kB/u.exec(status)?.[1]) / 1024);
}
