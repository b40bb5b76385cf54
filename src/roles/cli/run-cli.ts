import { CommanderError } from 'commander';
import { createError, type MayflyError } from '#core/errors/mayfly-error.ts';
import type { CommandEntry } from './frame/command.ts';
import { nameUsageError } from './frame/name-usage-error.ts';
import { printError } from './frame/print-error.ts';
import { askedCommand, createProgram } from './frame/program.ts';
import type { Terminal } from './frame/terminal.ts';

/** Runs one command and returns the exit code of the process, which is that of the failure's kind. */
export async function runCli(
  terminal: Terminal,
  commands: readonly CommandEntry[],
): Promise<number> {
  const args = terminal.args.length === 0 ? ['--help'] : terminal.args;
  const asked = askedCommand(args);
  try {
    const program = await createProgram(terminal, commands, (name) => name === asked);
    await program.parseAsync(args, { from: 'user' });
    return 0;
  } catch (error) {
    if (!(error instanceof CommanderError)) return printError(terminal, error);
    if (error.exitCode === 0) return 0;
    const isGroup = error.code === 'commander.help';
    return printError(terminal, isGroup ? nameMissing(asked) : nameUsageError(error));
  }
}

/** Of a command that is nothing without one of its own. */
function nameMissing(asked = ''): MayflyError {
  const reason = `mayfly ${asked} is followed by one of its commands, which --help lists`;
  return createError('MAYFLY_CLI_USAGE', { reason });
}
