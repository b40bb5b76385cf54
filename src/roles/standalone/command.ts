import type { Command } from 'commander';
import { runRole } from '#platform/lifecycle/run-role.ts';
import type { LogOutput } from '#platform/log/create-logger.ts';
import manifest from '../../../package.json' with { type: 'json' };
import { runStandalone } from './run-standalone.ts';

interface Terminal {
  readonly stderr: LogOutput;
}

/** `mayfly standalone`. */
export function defineStandalone(command: Command, terminal: Terminal): void {
  command
    .option('--config <file>', 'the configuration (default: the file that MAYFLY_CONFIG names)')
    .allowUnknownOption()
    .allowExcessArguments()
    .addHelpText(
      'after',
      '\nEvery setting of the configuration is also a flag, such as --log.level debug.\n' +
        '\nExample:\n  mayfly standalone --config /etc/mayfly/mayfly.yaml',
    )
    .action(async (options: { readonly config?: string }) => {
      const file = options.config === undefined ? {} : { file: options.config };
      await runRole(
        (configuration, { logger, lifecycle }) =>
          runStandalone(configuration, { logger, lifecycle, version: manifest.version }),
        { ...file, flags: command.args },
        terminal.stderr,
      );
    });
}
