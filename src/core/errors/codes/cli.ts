import type { CatalogueEntry } from '../kinds.ts';

/** The command line. */
export const cliCodes = {
  MAYFLY_CLI_COMMAND_UNKNOWN: {
    kind: 'invalid',
    message: 'unknown command {name}{suggestion}',
    hint: 'mayfly --help lists the commands',
  },
  MAYFLY_CLI_OPTION_UNKNOWN: {
    kind: 'invalid',
    message: 'unknown option {name}{suggestion}',
    hint: 'mayfly COMMAND --help lists the options',
  },
  MAYFLY_CLI_USAGE: {
    kind: 'invalid',
    message: 'the command line is not understood: {reason}',
    hint: 'mayfly COMMAND --help shows an example',
  },
  MAYFLY_CLI_NO_IDENTITY: {
    kind: 'invalid',
    message: 'no identity is given',
    hint: 'name an age identity file with --identity FILE or in MAYFLY_IDENTITY',
  },
  MAYFLY_CLI_NO_TERMINAL: {
    kind: 'invalid',
    message: 'the passphrase of {file} cannot be asked for: there is no terminal',
    hint: 'run the command in a terminal, or give an identity file without a passphrase',
  },
  MAYFLY_CLI_PASSPHRASE_CANCELLED: {
    kind: 'invalid',
    message: 'no passphrase was given for {file}',
    hint: 'run the command again and type the passphrase',
  },
  MAYFLY_CLI_BINARY_TO_TERMINAL: {
    kind: 'invalid',
    message: 'the output holds bytes that could upset a terminal',
    hint: 'write it to a file with --output FILE, or force it with --output -',
  },
  MAYFLY_CLI_FILE_EXISTS: {
    kind: 'invalid',
    message: '{file} exists already',
    hint: 'an identity is never overwritten; name another file',
  },
  MAYFLY_CLI_NOT_ENCRYPTED: {
    kind: 'invalid',
    message: '{file} is not an encrypted file',
    hint: 'give a file that carries sops metadata; --input-type tells the format when the name does not',
  },
} as const satisfies Record<string, CatalogueEntry>;
