import type { Command } from 'commander';
import type { Configuration } from '#platform/config/schema.ts';
import { runRole, type RoleTools } from '#platform/lifecycle/run-role.ts';
import type { LogOutput } from '#platform/log/create-logger.ts';
import manifest from '../../package.json' with { type: 'json' };

/** Where a role writes its log. */
export interface RoleTerminal {
  readonly stderr: LogOutput;
}

export interface RoleDefinition<O> {
  /** A setting as a flag, for the help. */
  readonly flag: string;
  readonly example: string;
  run(
    configuration: Configuration,
    tools: RoleTools & { readonly version: string },
    options: O,
  ): Promise<void>;
}

/** What is the same of every role that is a process of its own: where its configuration comes from, and how it runs. */
export function defineRole<O extends object>(
  command: Command,
  { stderr }: RoleTerminal,
  role: RoleDefinition<O>,
): void {
  command
    .option('--config <file>', 'the configuration (default: the file that MAYFLY_CONFIG names)')
    .allowUnknownOption()
    .allowExcessArguments()
    .addHelpText(
      'after',
      `\nEvery setting of the configuration is also a flag, such as ${role.flag}.\n\nExit codes: 0 ended by a signal, 2 the configuration is wrong, 75 what it needs is not there; it may be started again.\n\nExample:\n  ${role.example}`,
    )
    .action(async (options: O & { readonly config?: string }) => {
      const { version } = manifest;
      const file = options.config === undefined ? {} : { file: options.config };
      await runRole(
        (configuration, tools) => role.run(configuration, { ...tools, version }, options),
        { ...file, flags: command.args },
        stderr,
      );
    });
}
