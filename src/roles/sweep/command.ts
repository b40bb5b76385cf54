import { InvalidArgumentError, type Command } from 'commander';
import { parseDuration } from '#core/api/duration.ts';
import { runRole } from '#platform/lifecycle/run-role.ts';
import type { LogOutput } from '#platform/log/create-logger.ts';
import { runSweep } from './run-sweep.ts';

interface Terminal {
  readonly stderr: LogOutput;
}

interface SweepOptions {
  readonly config?: string;
  readonly every?: number;
}

const shortestEveryMs = 5000;

/** `mayfly sweep`. */
export function defineSweep(command: Command, terminal: Terminal): void {
  command
    .option('--config <file>', 'the configuration (default: the file that MAYFLY_CONFIG names)')
    .option('--every <duration>', 'sweep again and again; once when absent', parseEvery)
    .allowUnknownOption()
    .allowExcessArguments()
    .addHelpText(
      'after',
      '\nEvery setting of the configuration is also a flag, such as --kube.namespaces shop.\n' +
        '\nExample:\n  mayfly sweep --every 10s',
    )
    .action(async ({ config, every }: SweepOptions) => {
      const file = config === undefined ? {} : { file: config };
      await runRole(
        (configuration, tools) => runSweep(configuration, tools, every ?? null),
        { ...file, flags: command.args },
        terminal.stderr,
      );
    });
}

function parseEvery(text: string): number {
  const every = parseDuration(text);
  if (every === null || every < shortestEveryMs) {
    throw new InvalidArgumentError('It must be a duration of at least 5s.');
  }
  return every;
}
