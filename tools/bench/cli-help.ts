import { createTempFolder } from '#test/support/temp-folder.ts';
import { createBundle } from '#tools/bundle/bundle.ts';
import { runCommand } from '#tools/steps/run-command.ts';
import { findMedian, type Benchmark } from './benchmark.ts';
import { renderLimit } from './figures.ts';

const runs = 15;
const targetMs = 120;

/** How long a person waits for `mayfly --help`, from the start of the process to its end. */
export const cliHelp: Benchmark = {
  name: 'cli-help',
  summary: 'mayfly --help, start to end',
  async run(say) {
    const temp = await createTempFolder();
    try {
      const times = await timeStarts(await createBundle(temp.path), say);
      return [renderLimit('cli-help', findMedian(times), { unit: 'ms', limit: targetMs })];
    } finally {
      await temp.remove();
    }
  },
};

async function timeStarts(
  program: string,
  say: (progress: string) => void,
): Promise<readonly number[]> {
  const times: number[] = [];
  // The first start brings the files into memory.
  for (let index = 0; index <= runs; index += 1) {
    const started = performance.now();
    const { exitCode } = await runCommand(process.execPath, [program, '--help']);
    if (exitCode !== 0) throw new Error(`mayfly --help ended with ${exitCode}`);
    if (index > 0) times.push(performance.now() - started);
    say(`${index} of ${runs}`);
  }
  return times;
}
