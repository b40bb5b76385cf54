import type { DefineCommand } from '../frame/command.ts';
import { lintFiles } from '../policy/lint-files.ts';
import { runCases } from '../policy/run-cases.ts';
import { createOutputOption } from './options.ts';

interface PolicyOptions {
  readonly output: 'text' | 'json';
}

/** `mayfly policy lint` and `mayfly policy test`. */
export const definePolicy: DefineCommand = (command, terminal) => {
  command
    .command('lint')
    .description('tell which policies let strangers in, and how to mend them')
    .argument('<file...>', 'manifests of AccessPolicies, ClusterAccessPolicies and TokenIssuers')
    .addOption(createOutputOption())
    .addHelpText(
      'after',
      '\nExit codes: 0 all pass, 2 one is refused: the cluster would refuse it too.\n' +
        '\nExample:\n  mayfly policy lint policies/*.yaml',
    )
    .action((files: readonly string[], { output }: PolicyOptions) =>
      lintFiles(terminal, files, output),
    );
  command
    .command('test')
    .description('try policies on example claims that are kept beside them')
    .argument('<file...>', 'cases: see docs/access-policies.md')
    .addOption(createOutputOption())
    .addHelpText(
      'after',
      '\nExit codes: 0 all come out as expected, 2 one does not.\n' +
        '\nExample:\n  mayfly policy test policies/*.cases.yaml',
    )
    .action((files: readonly string[], { output }: PolicyOptions) =>
      runCases(terminal, files, output),
    );
};
