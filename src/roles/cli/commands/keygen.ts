import { stat } from 'node:fs/promises';
import { createError } from '#core/errors/mayfly-error.ts';
import { generateIdentity } from '../compose.ts';
import { writeOutput } from '../files/write-output.ts';
import type { DefineCommand } from '../frame/command.ts';
import type { Terminal } from '../frame/terminal.ts';

interface KeygenOptions {
  readonly output: string;
  readonly pq?: boolean;
}

/** `mayfly keygen --output FILE`. */
export const defineKeygen: DefineCommand = (command, terminal) => {
  command
    .requiredOption('--output <file>', 'where the identity goes; - is standard output')
    .option('--pq', 'a post-quantum hybrid key instead of X25519')
    .addHelpText('after', '\nExample:\n  mayfly keygen --output keys.txt')
    .action((options: KeygenOptions) => keygen(terminal, options));
};

/** Prints the recipient; the identity goes to the file alone, which is never overwritten. */
async function keygen(terminal: Terminal, { output, pq }: KeygenOptions): Promise<void> {
  if (output !== '-' && (await stat(output).catch(() => null)) !== null) {
    throw createError('MAYFLY_CLI_FILE_EXISTS', { file: output });
  }
  const { file, recipient } = await generateIdentity(pq === true ? 'hybrid' : 'x25519');
  try {
    await writeOutput(terminal, file.expose(), { output });
  } finally {
    file.wipe();
  }
  const report = output === '-' ? terminal.stderr : terminal.stdout;
  report.write(`${recipient}\n`);
}
