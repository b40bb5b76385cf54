import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { Type } from 'typebox';
import { Value } from 'typebox/value';
import { jestArgs, runCommand } from '#tools/steps/run-command.ts';
import { countMarker, noCounts, type Counts } from './counts.ts';

/** No group takes longer than this; one that does hangs. */
const timeoutMs = 45 * 60_000;

/** Tests of real programs wait more than they work, so two run side by side also on two cores. */
const workers = Math.max(2, availableParallelism() - 1);

const countsSchema = Type.Object({
  passed: Type.Number(),
  failed: Type.Number(),
  skipped: Type.Number(),
});

/** Runs the tests of one folder of `test/`, showing what jest shows. */
export async function runJest(group: string, patterns: readonly string[]): Promise<Counts> {
  const options = [
    `--testMatch=<rootDir>/test/${group}/**/*.test.ts`,
    '--reporters=default',
    `--reporters=${join(import.meta.dirname, 'count-reporter.ts')}`,
    '--verbose=false',
    `--maxWorkers=${group === 'e2e' ? 1 : workers}`,
    '--passWithNoTests',
  ];
  const { exitCode, output } = await runCommand(
    process.execPath,
    [...jestArgs, ...options, ...patterns],
    { show: 'stderr', timeoutMs },
  );
  return readCounts(output, exitCode);
}

/** A run that ended badly without a count, or with a good one, has failed as a whole. */
function readCounts(output: string, exitCode: number): Counts {
  const line = output.split('\n').findLast((each) => each.startsWith(countMarker));
  const counts =
    line === undefined
      ? noCounts
      : Value.Parse(countsSchema, JSON.parse(line.slice(countMarker.length)));
  return exitCode !== 0 && counts.failed === 0 ? { ...counts, failed: 1 } : counts;
}
