import type { Benchmark, Figure } from '../benchmark.ts';
import { renderLimit, renderPlain } from '../figures.ts';
import { createStandaloneStage, timePush, waitForPasses } from './standalone-stage.ts';

const sizes = [100, 1000, 10_000] as const;
/** Of a file of 10,000, against one of 1,000: twice as much would be the beginning of a square. */
const mostGrowth = 1.5;

/** What one more file costs, in time and memory, as a source grows from 100 to 10,000 files. */
export const growth: Benchmark = {
  name: 'growth',
  summary: 'mayfly standalone, one EphemeralSecret over 100, 1,000 and 10,000 files',
  isLong: true,
  async run(say) {
    const figures: Figure[] = [];
    const perFile = new Map<number, number>();
    for (const count of sizes) {
      say(`${count} files`);
      const { seconds, memory } = await measure(count, say);
      perFile.set(count, seconds / count);
      figures.push(
        renderPlain(`growth-${count}`, seconds, 's'),
        renderPlain(`growth-${count}-per-file`, (seconds / count) * 1000, 'ms'),
        renderPlain(`growth-${count}-memory`, memory, 'MiB'),
      );
    }
    const ratio = (perFile.get(10_000) ?? Number.NaN) / (perFile.get(1000) ?? Number.NaN);
    return [...figures, renderLimit('growth-per-file', ratio, { unit: 'x', limit: mostGrowth })];
  },
};

async function measure(
  count: number,
  say: (progress: string) => void,
): Promise<{ readonly seconds: number; readonly memory: number }> {
  const options = { count, values: 2, layout: 'one', empty: true } as const;
  const stage = await createStandaloneStage(options, say);
  try {
    const running = await stage.start();
    try {
      await waitForPasses(stage, running);
      const seconds = (await timePush(stage, running)) / 1000;
      return { seconds, memory: await running.readPeakMiB() };
    } finally {
      await running.stop();
    }
  } finally {
    await stage.close();
  }
}
