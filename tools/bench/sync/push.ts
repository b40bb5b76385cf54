import { readFile, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { findMedian, type Benchmark, type Figure } from '../benchmark.ts';
import { findPercentile, renderLimit, renderPlain } from '../figures.ts';
import { renderManifest, sealManifest } from '../sealed-files.ts';
import type { RunningMayfly } from './running-mayfly.ts';
import { repositoryPath } from './source-stage.ts';
import {
  createStandaloneStage,
  secretFile,
  timePush,
  waitForPasses,
  type Layout,
  type StandaloneStage,
} from './standalone-stage.ts';
import { waitUntil } from './wait-until.ts';

const fileCount = 1000;
const values = 20;
const changes = 9;
const drifts = 40;

/** One EphemeralSecret of 1,000 files. */
export const pushOne = createPushBenchmark('one');

/** 1,000 EphemeralSecrets of one file each. */
export const pushMany = createPushBenchmark('many');

function createPushBenchmark(layout: Layout): Benchmark {
  const objects = layout === 'one' ? 'one EphemeralSecret' : '1,000 EphemeralSecrets';
  return {
    name: `push-${layout}`,
    summary: `mayfly standalone, ${objects} over 1,000 files: a push, a change, a hand edit`,
    async run(say) {
      const options = { count: fileCount, values, layout, empty: true };
      const stage = await createStandaloneStage(options, say);
      try {
        const running = await stage.start();
        try {
          return await measure({ stage, running, layout }, say);
        } finally {
          await running.stop();
        }
      } finally {
        await stage.close();
      }
    },
  };
}

interface Session {
  readonly stage: StandaloneStage;
  readonly running: RunningMayfly;
  readonly layout: Layout;
}

async function measure(
  session: Session,
  say: (progress: string) => void,
): Promise<readonly Figure[]> {
  const { stage, running, layout } = session;
  await waitForPasses(stage, running);
  say('push of everything');
  await running.takeLoopDelay();
  const cpuBefore = await running.readCpuSeconds();
  const pushMs = await timePush(stage, running);
  const cpuSeconds = (await running.readCpuSeconds()) - cpuBefore;
  const delay = await running.takeLoopDelay();
  const peakMiB = await running.readPeakMiB();
  say('changes of one file');
  const changeMs = await measureChanges(session);
  say('changes by hand');
  const driftMs = await measureDrift(session);
  return [
    renderLimit(`push-${layout}`, pushMs / 1000, { unit: 's', limit: 6 }),
    renderPlain(`push-${layout}-cpu`, cpuSeconds, 's'),
    renderLimit(`push-${layout}-memory`, peakMiB, { unit: 'MiB', limit: 160 }),
    renderLimit(`push-${layout}-loop-delay-p99`, delay.p99Ms, { unit: 'ms', limit: 50 }),
    renderLimit(`change-${layout}-of-1000`, findMedian(changeMs), { unit: 'ms', limit: 1000 }),
    renderLimit(`drift-${layout}-p95`, findPercentile(driftMs, 95), { unit: 'ms', limit: 1000 }),
  ];
}

async function measureChanges({ stage, running }: Session): Promise<readonly number[]> {
  const times: number[] = [];
  for (let round = 0; round < changes; round += 1) {
    const index = round * 100;
    const text = renderManifest(index, values);
    const path = repositoryPath(stage.sealed.files[index] ?? '');
    await stage.work.push({ [path]: await sealManifest(text, stage.sealed.recipient) });
    const started = performance.now();
    await running.tellOfPush();
    await waitForValue(secretFile(stage, index, 'KEY_0'), /KEY_0: (\S+)/u.exec(text)?.[1] ?? '');
    times.push(performance.now() - started);
  }
  return times;
}

/** By turns a value is overwritten and a whole Secret is removed. */
async function measureDrift({ stage }: Session): Promise<readonly number[]> {
  const times: number[] = [];
  for (let round = 0; round < drifts; round += 1) {
    const file = secretFile(stage, round * 20 + 1, 'KEY_0');
    const before = await readFile(file, 'utf8');
    const started = performance.now();
    if (round % 2 === 0) await writeFile(file, 'changed by hand');
    else await rm(dirname(file), { recursive: true });
    await waitForValue(file, before);
    times.push(performance.now() - started);
  }
  return times;
}

async function waitForValue(file: string, value: string): Promise<void> {
  await waitUntil(join('the value of', file), async () => {
    return (await readFile(file, 'utf8').catch(() => null)) === value;
  });
}
