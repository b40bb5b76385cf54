import { Option } from 'commander';
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

/** Gathers an option that may be given more than once. */
export function collect(value: string, earlier: readonly string[] = []): readonly string[] {
  return [...earlier, value];
}
