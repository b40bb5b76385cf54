import { Command } from 'commander';
import type { CommandEntry } from './command.ts';
import type { Terminal } from './terminal.ts';
import { version } from './version.ts';

/**
 * The whole command line. Every command is listed, but only those that `isAsked` names are loaded, so that
 * `--help` costs little.
 */
export async function createProgram(
  terminal: Terminal,
  entries: readonly CommandEntry[],
  isAsked: (name: string) => boolean,
): Promise<Command> {
  const program = new Command('mayfly')
    .description('Secrets that live only as long as they are needed.')
    .version(version, '--version', 'print the version')
    .helpOption('-h, --help', 'print this help')
    .helpCommand('help [command]', 'print the help of a command')
    .addHelpText('after', '\nExample:\n  mayfly decrypt --identity key.txt secrets.yaml');
  silence(program, terminal);
  for (const entry of entries) {
    const command = program.command(entry.name).description(entry.summary);
    command.helpOption('-h, --help', 'print this help');
    silence(command, terminal);
    if (isAsked(entry.name)) (await entry.load())(command, terminal);
  }
  return program;
}

/** The command that the arguments ask for, or the one whose help they ask for. */
export function askedCommand(args: readonly string[]): string | undefined {
  const [first, second] = args.filter((arg) => !arg.startsWith('-'));
  return first === 'help' ? second : first;
}

/** Failures are thrown, to be printed in one place and one form; help goes to standard output. */
function silence(command: Command, terminal: Terminal): void {
  command.exitOverride().configureOutput({
    writeOut: (text) => terminal.stdout.write(text),
    writeErr: () => undefined,
  });
}
