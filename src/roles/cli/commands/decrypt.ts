import type { FileFormat } from '#core/ports/decryptor.ts';
import { createError } from '#core/errors/mayfly-error.ts';
import { renderDecrypted } from '#core/sops/render/render-file.ts';
import { createDecryptor } from '../compose.ts';
import { readIdentities } from '../files/read-identities.ts';
import { readInput } from '../files/read-input.ts';
import { writeOutput } from '../files/write-output.ts';
import type { DefineCommand } from '../frame/command.ts';
import type { Terminal } from '../frame/terminal.ts';
import { createIdentityOption, createInputTypeOption, createTypeOption } from './options.ts';

interface DecryptOptions {
  readonly identity?: readonly string[];
  readonly inputType?: FileFormat;
  readonly outputType?: FileFormat;
  readonly output?: string;
}

/** `mayfly decrypt FILE`. */
export const defineDecrypt: DefineCommand = (command, terminal) => {
  command
    .argument('<file>', 'an encrypted file, - for standard input')
    .addOption(createIdentityOption())
    .addOption(createInputTypeOption())
    .addOption(
      createTypeOption('--output-type <type>', 'the format to print (default: that of the file)'),
    )
    .option('--output <file>', 'write to a file that only you can read; - forces standard output')
    .addHelpText(
      'after',
      '\nExample:\n  mayfly decrypt --identity key.txt --output-type json app.yaml',
    )
    .action((file: string, options: DecryptOptions) => decrypt(terminal, file, options));
};

async function decrypt(terminal: Terminal, path: string, options: DecryptOptions): Promise<void> {
  const { inputType, outputType, output } = options;
  const keys = await readIdentities(terminal, options.identity);
  const bytes = await readInput(terminal, path);
  const file = { path, bytes, ...(inputType && { format: inputType }) };
  const decryptor = await createDecryptor();
  const opened = await decryptor.decrypt(file, keys, new AbortController().signal);
  if (opened === null) throw createError('MAYFLY_CLI_NOT_ENCRYPTED', { file: path });
  try {
    const format = outputType ?? opened.format;
    await writeOutput(terminal, renderDecrypted(opened, { path, format }), { output });
  } finally {
    opened.wipe();
  }
}
