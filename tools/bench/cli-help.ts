import { join } from 'node:path';
import { root, runCommand } from '#tools/steps/run-command.ts';
import { findMedian, type Benchmark } from './benchmark.ts';

const runs = 15;
const targetMs = 120;

/** How long a person waits for `mayfly --help`, from the start of the process to its end. */
export const cliHelp: Benchmark = {
  name: 'cli-help',
  summary: 'mayfly --help, start to end',
  async run(say) {
    const program = join(root, 'tools', 'launch', 'mayfly.mjs');
    const times: number[] = [];
    // The first start fills the cache of compiled sources, as installing a package would.
    for (let index = 0; index <= runs; index += 1) {
      const started = performance.now();
      const { exitCode } = await runCommand(process.execPath, [program, '--help']);
      if (exitCode !== 0) throw new Error(`mayfly --help ended with ${exitCode}`);
      if (index > 0) times.push(performance.now() - started);
      say(`${index} of ${runs}`);
    }
    const value = Math.round(findMedian(times));
    return [
      {
        name: 'cli-help',
        value,
        unit: 'ms',
        peer: null,
        ratio: null,
        target: `<= ${targetMs} ms`,
        ok: value <= targetMs,
      },
    ];
  },
};
