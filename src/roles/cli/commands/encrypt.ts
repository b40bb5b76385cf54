import { stat } from 'node:fs/promises';
import { Option, type Command } from 'commander';
import { createError } from '#core/errors/mayfly-error.ts';
import type { FileFormat } from '#core/ports/decryptor.ts';
import type { EncryptOptions, PreviousVersion } from '#core/ports/encryptor.ts';
import { SecretBytes } from '#core/secret/secret-bytes.ts';
import type { SelectionRule } from '#core/sops/selection.ts';
import { createEncryptor } from '../compose.ts';
import { readIdentities } from '../files/read-identities.ts';
import { readInput } from '../files/read-input.ts';
import { writeOutput } from '../files/write-output.ts';
import type { DefineCommand } from '../frame/command.ts';
import type { Terminal } from '../frame/terminal.ts';
import { collect, createIdentityOption, createInputTypeOption } from './options.ts';

const rules = [
  { name: 'encrypted-regex', key: 'encryptedRegex', what: 'encrypt only under keys that match' },
  { name: 'unencrypted-regex', key: 'unencryptedRegex', what: 'leave plain under keys that match' },
  {
    name: 'encrypted-suffix',
    key: 'encryptedSuffix',
    what: 'encrypt only under keys with this end',
  },
  {
    name: 'unencrypted-suffix',
    key: 'unencryptedSuffix',
    what: 'leave plain under keys with this end (default: _unencrypted)',
  },
  {
    name: 'encrypted-comment-regex',
    key: 'encryptedCommentRegex',
    what: 'encrypt only behind comments that match',
  },
  {
    name: 'unencrypted-comment-regex',
    key: 'unencryptedCommentRegex',
    what: 'leave plain behind comments that match',
  },
] as const;

type RuleKey = (typeof rules)[number]['key'];

interface CommandOptions extends Readonly<Partial<Record<RuleKey, string>>> {
  readonly age?: readonly string[];
  readonly macOnlyEncrypted?: boolean;
  readonly previous?: string;
  readonly identity?: readonly string[];
  readonly inputType?: FileFormat;
  readonly inPlace?: boolean;
  readonly output?: string;
}

/** `mayfly encrypt FILE`. */
export const defineEncrypt: DefineCommand = (command, terminal) => {
  command
    .argument('<file>', 'a plain file, - for standard input')
    .addOption(
      new Option(
        '-a, --age <recipient>',
        'for whom: age1…, or a line of a public ssh key file; may be given more than once',
      ).argParser(collect),
    )
    .option(
      '--previous <file>',
      'the encrypted file to replace: what did not change stays as it is',
    )
    .addOption(createIdentityOption())
    .addOption(createInputTypeOption());
  addRuleOptions(command);
  command
    .addOption(new Option('--in-place', 'put the encrypted file in the place of the plain one'))
    .addOption(new Option('--output <file>', 'write to a file').conflicts('inPlace'))
    .addHelpText('after', '\nExample:\n  mayfly encrypt --age age1… --output app.enc.yaml app.yaml')
    .action((file: string, options: CommandOptions) => encrypt(terminal, file, options));
};

function addRuleOptions(command: Command): void {
  for (const { name, key, what } of rules) {
    const others = rules.map((rule) => rule.key).filter((other) => other !== key);
    const value = name.endsWith('suffix') ? '<suffix>' : '<pattern>';
    command.addOption(new Option(`--${name} ${value}`, what).conflicts(others));
  }
  command.option('--mac-only-encrypted', 'leave plain values out of the MAC');
}

async function encrypt(terminal: Terminal, path: string, options: CommandOptions): Promise<void> {
  const target = await chooseTarget(path, options);
  const plain = SecretBytes.take(await readInput(terminal, path));
  const { inputType } = options;
  const file = { path, bytes: plain, ...(inputType && { format: inputType }) };
  try {
    const encryptor = await createEncryptor();
    const asked = await toEncryptOptions(terminal, options);
    const encrypted = await encryptor.encrypt(file, asked, new AbortController().signal);
    await writeOutput(terminal, encrypted, target);
  } finally {
    plain.wipe();
  }
}

interface Target {
  readonly output: string | undefined;
  readonly mode: number;
}

/** An encrypted file may be read by everybody; one that takes the place of another keeps its mode. */
async function chooseTarget(path: string, options: CommandOptions): Promise<Target> {
  if (options.inPlace !== true) return { output: options.output, mode: 0o644 };
  const reason = 'standard input has no place to write to';
  if (path === '-') throw createError('MAYFLY_CLI_USAGE', { reason });
  const found = await stat(path).catch(() => null);
  return { output: path, mode: (found?.mode ?? 0o644) & 0o777 };
}

async function toEncryptOptions(
  terminal: Terminal,
  options: CommandOptions,
): Promise<EncryptOptions> {
  return {
    recipients: (options.age ?? []).flatMap((list) => list.split(',').map((one) => one.trim())),
    rule: ruleOf(options),
    macOnlyEncrypted: options.macOnlyEncrypted,
    previous: await readPrevious(terminal, options),
  };
}

function ruleOf(options: CommandOptions): SelectionRule | undefined {
  for (const { name, key } of rules) {
    const given = options[key];
    if (given === undefined) continue;
    return name === 'encrypted-suffix' || name === 'unencrypted-suffix'
      ? { kind: name, suffix: given }
      : { kind: name, pattern: given };
  }
  return undefined;
}

async function readPrevious(
  terminal: Terminal,
  { previous, identity }: CommandOptions,
): Promise<PreviousVersion | undefined> {
  if (previous === undefined) return undefined;
  const keys = await readIdentities(terminal, identity);
  return { file: { path: previous, bytes: await readInput(terminal, previous) }, keys };
}
