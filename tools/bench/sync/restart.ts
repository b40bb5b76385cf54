import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { Benchmark, Figure } from '../benchmark.ts';
import { renderLimit } from '../figures.ts';
import type { RunningMayfly } from './running-mayfly.ts';
import {
  createStandaloneStage,
  namespace,
  timePush,
  waitForPasses,
  type StandaloneStage,
} from './standalone-stage.ts';
import { waitUntil } from './wait-until.ts';

const objects = 5000;
/** Asking for metrics is work too: it must not be what is measured. */
const slowly = { pauseMs: 250 };

/** 5,000 EphemeralSecrets that are all as they should be: from the start of the program to the last one decided on. */
export const restart: Benchmark = {
  name: 'restart',
  summary: 'mayfly standalone started again over 5,000 EphemeralSecrets',
  isLong: true,
  async run(say) {
    const options = { count: objects, values: 2, layout: 'many', empty: true } as const;
    const stage = await createStandaloneStage(options, say);
    try {
      await fill(stage, say);
      return await measure(stage, say);
    } finally {
      await stage.close();
    }
  },
};

async function fill(stage: StandaloneStage, say: (progress: string) => void): Promise<void> {
  const running = await stage.start();
  try {
    await waitForPasses(stage, running);
    say('first sync');
    await timePush(stage, running);
    await waitUntil(
      'the last status',
      async () => (await countSettled(running)) >= objects,
      slowly,
    );
  } finally {
    await running.stop();
  }
}

async function measure(
  stage: StandaloneStage,
  say: (progress: string) => void,
): Promise<readonly Figure[]> {
  const before = await listStamps(stage);
  say('start');
  const started = performance.now();
  const running = await stage.start();
  try {
    await waitUntil(
      'the last decision',
      async () => (await countSettled(running)) >= objects,
      slowly,
    );
    const seconds = (performance.now() - started) / 1000;
    const memory = await running.readPeakMiB();
    const delay = await running.takeLoopDelay();
    const after = new Set(await listStamps(stage));
    const writes = before.filter((stamp) => !after.has(stamp)).length;
    return [
      renderLimit('restart', seconds, { unit: 's', limit: 20 }),
      renderLimit('restart-memory', memory, { unit: 'MiB', limit: 250 }),
      renderLimit('restart-writes', writes, { unit: '', limit: 0 }),
      renderLimit('restart-loop-delay-p99', delay.p99Ms, { unit: 'ms', limit: 50 }),
    ];
  } finally {
    await running.stop();
  }
}

/** Passes that ended with every Secret as it should be; those that only waited for the source are not counted. */
async function countSettled(running: RunningMayfly): Promise<number> {
  const label = 'controller="ephemeral-secret",result="again"';
  return running.readMetric('mayfly_reconcile_total', label);
}

/** Changes with every write to a Secret, to its lease or to the status of an object. */
async function listStamps({ sink, folder }: StandaloneStage): Promise<readonly string[]> {
  const folders = [
    sink.path,
    join(folder, 'state', 'sinks', namespace),
    join(folder, 'state', 'objects', 'EphemeralSecret', namespace),
  ];
  const stamps: string[] = [];
  for (const parent of folders) {
    for (const name of await readdir(parent)) {
      const { ino, ctimeNs } = await stat(join(parent, name), { bigint: true });
      stamps.push(`${parent}/${name} ${ino} ${ctimeNs}`);
    }
  }
  return stamps;
}
