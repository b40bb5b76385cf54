import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { root } from '#tools/steps/run-command.ts';
import { formatSeconds } from '#tools/steps/run-steps.ts';
import { addCounts, noCounts } from './counts.ts';
import { installFromPypiAloud, installPackagesAloud } from './install-packages.ts';
import { runJest } from './run-jest.ts';
import { preparePartsAloud } from './prepare-parts.ts';

/**
 * `npm test [-- GROUP or PATTERN …]`: builds the real programs, then runs the groups of tests from the quickest to
 * the slowest. A group is a folder of `test/`; any other argument is a pattern of paths for jest.
 */
const order = ['unit', 'arch', 'property', 'vectors', 'contract', 'integration', 'e2e'];
/** Groups that need no real program. */
const alone = new Set(['unit', 'arch', 'property']);

const started = Date.now();
const groups = order.filter((group) => hasTests(group));
const args = process.argv.slice(2);
const chosen = args.filter((argument) => groups.includes(argument));
const patterns = args.filter((argument) => !groups.includes(argument));
const running = chosen.length === 0 ? groups : chosen;

if (running.some((group) => group === 'integration' || group === 'e2e')) {
  await installPackagesAloud();
  await installFromPypiAloud();
}
let counts = running.every((group) => alone.has(group)) ? noCounts : await preparePartsAloud();
for (const group of running) {
  console.log(`▸ ${group} tests`);
  const began = Date.now();
  const found = await runJest(group, patterns);
  counts = addCounts(counts, found);
  const verdict = found.failed === 0 ? '✔' : `✖ ${found.failed} failed,`;
  console.log(`${verdict} ${found.passed} ${group} tests passed in ${formatSeconds(began)}`);
}
console.log(`all groups took ${formatSeconds(started)}`);
console.log(`${counts.passed} passed, ${counts.failed} failed, ${counts.skipped} skipped`);
process.exitCode = counts.failed === 0 && counts.passed + counts.skipped > 0 ? 0 : 1;

function hasTests(group: string): boolean {
  const folder = join(root, 'test', group);
  if (!existsSync(folder)) return false;
  return readdirSync(folder, { recursive: true, encoding: 'utf8' }).some((path) =>
    path.endsWith('.test.ts'),
  );
}
