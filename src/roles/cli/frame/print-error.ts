import { styleText } from 'node:util';
import { createError, isMayflyError, type MayflyError } from '#core/errors/mayfly-error.ts';
import type { Terminal } from './terminal.ts';

/** Prints a failure as two lines, `mayfly: error: … [CODE]` and `mayfly: hint: …`, and returns its exit code. */
export function printError(terminal: Terminal, error: unknown): number {
  const failure = nameFailure(error);
  writeLine(terminal, `error: ${failure.message} [${failure.code}]`, 'red');
  if (failure.hint !== '') writeLine(terminal, `hint: ${failure.hint}`, 'yellow');
  return failure.exitCode;
}

/** Anything that is not of the catalogue may quote input, so nothing of it is shown. */
export function nameFailure(error: unknown): MayflyError {
  return isMayflyError(error)
    ? error
    : createError('MAYFLY_INTERNAL_BUG', { where: 'the command line' }, { cause: error });
}

function writeLine(terminal: Terminal, text: string, color: 'red' | 'yellow'): void {
  const isColored = terminal.stderr.isTTY === true && !terminal.env['NO_COLOR'];
  const [label = '', ...rest] = text.split(':');
  const shown = isColored ? styleText(color, label, { validateStream: false }) : label;
  terminal.stderr.write(`mayfly: ${[shown, ...rest].join(':')}\n`);
}
