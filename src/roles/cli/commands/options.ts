import { InvalidArgumentError, Option, type Command } from 'commander';
import { parseDuration } from '#core/api/duration.ts';
import type { FileFormat } from '#core/ports/decryptor.ts';

const formats: readonly FileFormat[] = ['json', 'yaml', 'dotenv', 'ini', 'binary'];

/** Options that several commands share, made anew for each. */
export function createIdentityOption(): Option {
  return new Option(
    '-i, --identity <file>',
    'an age identity file or ssh private key; may be given more than once (else MAYFLY_IDENTITY)',
  ).argParser(collect);
}

export function createInputTypeOption(): Option {
  return createTypeOption(
    '--input-type <type>',
    'the format of the file, when its name does not tell',
  );
}

export function createTypeOption(flags: string, description: string): Option {
  return new Option(flags, description).choices(formats);
}

/** Which program on this machine is asked. */
export function createConfigOption(): Option {
  return new Option(
    '--config <file>',
    'the configuration that names the socket (default: MAYFLY_CONFIG)',
  );
}

/** Which cluster is asked. */
export function addClusterOptions(command: Command): Command {
  return command
    .option('--kubeconfig <file>', 'the cluster (default: as kubectl finds it)')
    .option('--context <name>', 'the context of that file');
}

/** In which form it is told. */
export function createOutputOption(): Option {
  return new Option('-o, --output <format>', 'text or json')
    .choices(['text', 'json'])
    .default('text');
}

/** How long a controller has; a minute when absent. */
export function createWaitOption(description: string): Option {
  return new Option('--wait <duration>', description).argParser(parseWait).default(60_000, '1m');
}

function parseWait(text: string): number {
  const wait = parseDuration(text);
  if (wait === null) throw new InvalidArgumentError('It must be a duration such as 30s.');
  return wait;
}

/** Gathers an option that may be given more than once. */
export function collect(value: string, earlier: readonly string[] = []): readonly string[] {
  return [...earlier, value];
}
