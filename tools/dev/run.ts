import { watch } from 'node:fs';
import { join } from 'node:path';
import { jestArgs, root, runCommand } from '#tools/steps/run-command.ts';
import { runSteps, type Step } from '#tools/steps/run-steps.ts';

/** `npm run dev`: after each change of a source, its types, its lint, and the tests of what git sees as changed. */
const watched = ['src', 'webhook', 'certs', 'test', 'tools'];
const quietMs = 300;

let isRunning = false;
let isDue = false;
let timer: NodeJS.Timeout | undefined;

for (const folder of watched) {
  watch(join(root, folder), { recursive: true }, () => {
    clearTimeout(timer);
    timer = setTimeout(() => void runDue(), quietMs);
  });
}
console.log(`watching ${watched.join(', ')}; end with Ctrl-C`);
await runDue();

async function runDue(): Promise<void> {
  isDue = true;
  if (isRunning) return;
  isRunning = true;
  while (isDue) {
    isDue = false;
    await runSteps([
      step('types', 'tsc', ['-p', '.']),
      step('lint', 'oxlint', ['--deny-warnings']),
      step('changed tests', process.execPath, [
        ...jestArgs,
        '--onlyChanged',
        '--testMatch=<rootDir>/test/{unit,arch}/**/*.test.ts',
      ]),
    ]);
  }
  isRunning = false;
}

function step(title: string, program: string, args: readonly string[]): Step {
  return {
    title,
    async run() {
      const { exitCode } = await runCommand(program, args, { show: 'all' });
      return exitCode === 0 ? null : '';
    },
  };
}
