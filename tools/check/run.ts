import { jestArgs, runCommand } from '#tools/steps/run-command.ts';
import { runSteps, type Step } from '#tools/steps/run-steps.ts';

/** `npm run check`: everything that can be said about the sources without running the product. */
const steps: readonly Step[] = [
  quietStep('types', 'tsc', ['-p', '.']),
  quietStep('lint', 'oxlint', ['--deny-warnings']),
  quietStep('format', 'prettier', ['--check', '--log-level=warn', '.']),
  quietStep('generated files', process.execPath, ['tools/gen/run.ts', '--check']),
  quietStep('dead code', 'knip', ['--no-progress', '--treat-config-hints-as-errors']),
  jestStep('architecture', 'test/arch'),
  jestStep('unit tests', 'test/unit'),
];

process.exitCode = (await runSteps(steps)) ? 0 : 1;

function quietStep(title: string, program: string, args: readonly string[]): Step {
  return {
    title,
    async run() {
      const { exitCode, output } = await runCommand(program, args);
      return exitCode === 0 ? null : output;
    },
  };
}

function jestStep(title: string, folder: string): Step {
  return {
    title,
    async run() {
      const testMatch = `--testMatch=<rootDir>/${folder}/**/*.test.ts`;
      const args = [...jestArgs, '--verbose=false', '--silent', testMatch];
      const { exitCode } = await runCommand(process.execPath, args, { show: 'all' });
      return exitCode === 0 ? null : '';
    },
  };
}
