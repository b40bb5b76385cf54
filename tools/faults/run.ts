import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Type } from 'typebox';
import { Value } from 'typebox/value';
import { preparePartsAloud } from '#tools/test/prepare-parts.ts';
import { jestArgs, runCommand } from '#tools/steps/run-command.ts';
import { renderFaults } from './render-faults.ts';

/**
 * `npm run faults [-- PATTERN …]`: breaks what Mayfly depends on, on a real API server and at a real Vault, one fault of the list
 * after the other, at the sizes of the list, and prints what was seen. The table goes to standard output, the progress to standard error.
 */
const timeoutMs = 20 * 60_000;

const resultSchema = Type.Object({
  id: Type.String(),
  fault: Type.String(),
  deed: Type.String(),
  seen: Type.Array(Type.String()),
  passed: Type.Boolean(),
  seconds: Type.Number(),
});

await preparePartsAloud();
const folder = await mkdtemp(join(tmpdir(), 'mayfly-faults-'));
const report = join(folder, 'results');
const args = [
  ...jestArgs,
  '--testMatch=<rootDir>/test/integration/*/faults/**/*.test.ts',
  '--maxWorkers=2',
  ...process.argv.slice(2),
];
const { exitCode } = await runCommand(process.execPath, args, {
  show: 'stderr',
  timeoutMs,
  env: { FAULTS_REPORT: report, FAULTS_SIZE: 'whole' },
});
const lines = (await readFile(report, 'utf8').catch(() => '')).split('\n').filter(Boolean);
console.log(renderFaults(lines.map((line) => Value.Parse(resultSchema, JSON.parse(line)))));
await rm(folder, { recursive: true });
process.exitCode = exitCode;
