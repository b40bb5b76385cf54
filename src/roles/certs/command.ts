import type { Command } from 'commander';
import { runRole } from '#platform/lifecycle/run-role.ts';
import type { LogOutput } from '#platform/log/create-logger.ts';
import manifest from '../../../package.json' with { type: 'json' };
import { runCerts } from './run-certs.ts';

interface Terminal {
  readonly stderr: LogOutput;
}

/** `mayfly certs`. */
export function defineCerts(command: Command, terminal: Terminal): void {
  command
    .option('--config <file>', 'the configuration (default: the file that MAYFLY_CONFIG names)')
    .allowUnknownOption()
    .allowExcessArguments()
    .addHelpText(
      'after',
      '\nEvery setting of the configuration is also a flag, such as --certs.mode cert-manager.\n' +
        '\nExample:\n  mayfly certs --config /etc/mayfly/mayfly.yaml',
    )
    .action(async ({ config }: { readonly config?: string }) => {
      const file = config === undefined ? {} : { file: config };
      await runRole(
        (configuration, tools) => runCerts(configuration, { ...tools, version: manifest.version }),
        { ...file, flags: command.args },
        terminal.stderr,
      );
    });
}
