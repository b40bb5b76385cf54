import type { Command } from 'commander';
import type { MayflyError } from '#core/errors/mayfly-error.ts';
import type { Configuration } from '#platform/config/schema.ts';
import { readConfiguration } from '#platform/config/read-configuration.ts';
import { createHost } from '#platform/lifecycle/host.ts';
import { createLifecycle } from '#platform/lifecycle/create-lifecycle.ts';
import { createLogger, type LogOutput } from '#platform/log/create-logger.ts';
import { createScrubber } from '#platform/log/scrub/scrubber.ts';
import { createSystemClock } from '#platform/time/system-clock.ts';
import manifest from '../../../package.json' with { type: 'json' };
import { runStandalone } from './run-standalone.ts';

interface Terminal {
  readonly stderr: LogOutput;
}

const deadlineMs = 20_000;

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
      await start(await readOrRefuse({ ...file, flags: command.args }, terminal), terminal);
    });
}

async function readOrRefuse(
  places: { readonly file?: string; readonly flags: readonly string[] },
  terminal: Terminal,
): Promise<Configuration> {
  const parsed = await readConfiguration(places);
  if (parsed.kind === 'valid') return parsed.value;
  throw tellAllButLast(parsed.errors, terminal);
}

/** The last one is printed by whoever catches it, with its hint. */
function tellAllButLast(errors: readonly MayflyError[], terminal: Terminal): unknown {
  for (const { message, code } of errors.slice(0, -1)) {
    terminal.stderr.write(`mayfly: error: ${message} [${code}]\n`);
  }
  return errors.at(-1);
}

async function start(configuration: Configuration, terminal: Terminal): Promise<void> {
  const clock = createSystemClock();
  const scrubber = createScrubber();
  const logger = createLogger({ output: terminal.stderr, scrubber, clock }, configuration.log);
  const lifecycle = createLifecycle({ host: createHost(), logger, clock }, { deadlineMs });
  try {
    await runStandalone(configuration, { logger, lifecycle, version: manifest.version });
  } catch (error) {
    await lifecycle.fail(error);
  }
}
