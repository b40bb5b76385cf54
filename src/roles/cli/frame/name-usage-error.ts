import type { CommanderError } from 'commander';
import { createError, type MayflyError } from '#core/errors/mayfly-error.ts';

const unknownName =
  /^error: unknown (?:option|command) '([^']*)'(?:\n\(Did you mean ([^()]*)\?\))?$/u;
const extraArguments = /^(error: too many arguments [^]*? but got \d+): [^]*$/u;
const wrongValue = /^(error: .*?) argument '[^]*' is invalid\.([^]*)$/u;

/**
 * Says what the parser of the command line found, without the values it quotes: one of them may be a secret typed
 * in the wrong place.
 */
export function nameUsageError(error: CommanderError): MayflyError {
  if (error.code === 'commander.unknownOption') {
    return createError('MAYFLY_CLI_OPTION_UNKNOWN', parseUnknown(error));
  }
  if (error.code === 'commander.unknownCommand') {
    return createError('MAYFLY_CLI_COMMAND_UNKNOWN', parseUnknown(error));
  }
  return createError('MAYFLY_CLI_USAGE', { reason: hideValues(error.message) });
}

function hideValues(message: string): string {
  return message
    .replace(wrongValue, '$1 has a value that is not allowed.$2')
    .replace(extraArguments, '$1')
    .replace(/^error: ([^]*?)\.?$/u, '$1');
}

function parseUnknown(error: CommanderError): { name: string; suggestion: string } {
  const [, name = '', nearest] = unknownName.exec(error.message) ?? [];
  const suggestion = nearest === undefined ? '' : `, did you mean ${nearest}`;
  return { name: plainName(name), suggestion };
}

/** Shows a mistyped name, but not a value that stands in its place. */
function plainName(name: string): string {
  const [, plain] = /^(-{0,2}[a-zA-Z][a-zA-Z-]{0,29})(?:=[^]*)?$/u.exec(name) ?? [];
  return plain ?? '(not shown)';
}
