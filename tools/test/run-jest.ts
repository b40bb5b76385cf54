import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Type } from 'typebox';
import { Value } from 'typebox/value';
import { jestArgs, runCommand } from '#tools/steps/run-command.ts';

export interface Counts {
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
}

/** No group takes longer than this; one that does hangs. */
const timeoutMs = 15 * 60_000;

export const noCounts: Counts = { passed: 0, failed: 0, skipped: 0 };

export function addCounts(left: Counts, right: Counts): Counts {
  return {
    passed: left.passed + right.passed,
    failed: left.failed + right.failed,
    skipped: left.skipped + right.skipped,
  };
}

const jestReport = Type.Object({
  numPassedTests: Type.Number(),
  numFailedTests: Type.Number(),
  numPendingTests: Type.Number(),
  numTodoTests: Type.Number(),
  numRuntimeErrorTestSuites: Type.Number(),
});

/** Runs the tests of one folder of `test/`; a file that cannot even be loaded counts as one failed test. */
export async function runJest(group: string, patterns: readonly string[]): Promise<Counts> {
  const folder = mkdtempSync(join(tmpdir(), 'mayfly-test-'));
  const report = join(folder, 'report.json');
  const options = [
    `--testMatch=<rootDir>/test/${group}/**/*.test.ts`,
    '--json',
    `--outputFile=${report}`,
    '--verbose=false',
    '--passWithNoTests',
  ];
  try {
    const args = [...jestArgs, ...options, ...patterns];
    const { exitCode } = await runCommand(process.execPath, args, { show: 'stderr', timeoutMs });
    if (!existsSync(report)) return { ...noCounts, failed: 1 };
    return readCounts(report, exitCode);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function readCounts(file: string, exitCode: number): Counts {
  const report = Value.Parse(jestReport, JSON.parse(readFileSync(file, 'utf8')));
  const failed = report.numFailedTests + report.numRuntimeErrorTestSuites;
  return {
    passed: report.numPassedTests,
    failed: exitCode !== 0 && failed === 0 ? 1 : failed,
    skipped: report.numPendingTests + report.numTodoTests,
  };
}
