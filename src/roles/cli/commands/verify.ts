import { Option } from 'commander';
import { createError, type MayflyError } from '#core/errors/mayfly-error.ts';
import type { DecryptedFile, Decryptor, FileFormat, KeyMaterial } from '#core/ports/decryptor.ts';
import type { SecretComment, SecretNode } from '#core/secret/secret-tree.ts';
import { createDecryptor } from '../compose.ts';
import { readIdentities } from '../files/read-identities.ts';
import { readInput } from '../files/read-input.ts';
import type { DefineCommand } from '../frame/command.ts';
import { nameFailure } from '../frame/print-error.ts';
import type { Terminal } from '../frame/terminal.ts';
import { createIdentityOption, createInputTypeOption } from './options.ts';

interface VerifyOptions {
  readonly identity?: readonly string[];
  readonly inputType?: FileFormat;
  readonly output: 'text' | 'json';
}

/** `mayfly verify FILE…`. */
export const defineVerify: DefineCommand = (command, terminal) => {
  command
    .argument('<file...>', 'encrypted files')
    .addOption(createIdentityOption())
    .addOption(createInputTypeOption())
    .addOption(
      new Option('-o, --output <form>', 'how to report').choices(['text', 'json']).default('text'),
    )
    .addHelpText('after', '\nExample:\n  mayfly verify --identity key.txt secrets/*.yaml')
    .action((files: readonly string[], options: VerifyOptions) => verify(terminal, files, options));
};

/** What is told of one file: never a value. */
type Report = Whole | Failed;

interface Whole {
  readonly file: string;
  readonly ok: true;
  readonly format: FileFormat;
  readonly documents: number;
  readonly values: number;
  readonly lastModified: string;
}

interface Failed {
  readonly file: string;
  readonly ok: false;
  readonly code: string;
  readonly kind: string;
  readonly message: string;
  readonly hint: string;
}

/** Looks at every file, also after one that fails; the first failure decides the exit code. */
async function verify(
  terminal: Terminal,
  files: readonly string[],
  options: VerifyOptions,
): Promise<void> {
  const keys = await readIdentities(terminal, options.identity);
  const decryptor = await createDecryptor();
  const reports: Report[] = [];
  const failures: MayflyError[] = [];
  for (const file of files) {
    try {
      reports.push(await verifyFile({ terminal, decryptor, keys, options }, file));
    } catch (error) {
      const failure = nameFailure(error);
      failures.push(failure);
      const { code, kind, message, hint } = failure;
      reports.push({ file, ok: false, code, kind, message, hint });
    }
  }
  terminal.stdout.write(renderReports(reports, options.output));
  if (failures[0] !== undefined) throw failures[0];
}

interface Checking {
  readonly terminal: Terminal;
  readonly decryptor: Decryptor;
  readonly keys: readonly KeyMaterial[];
  readonly options: VerifyOptions;
}

async function verifyFile(checking: Checking, path: string): Promise<Report> {
  const { terminal, decryptor, keys, options } = checking;
  const format = options.inputType;
  const file = { path, bytes: await readInput(terminal, path), ...(format && { format }) };
  const opened = await decryptor.decrypt(file, keys, new AbortController().signal);
  if (opened === null) throw createError('MAYFLY_CLI_NOT_ENCRYPTED', { file: path });
  try {
    return describeFile(path, opened);
  } finally {
    opened.wipe();
  }
}

function describeFile(file: string, opened: DecryptedFile): Report {
  return {
    file,
    ok: true,
    format: opened.format,
    documents: opened.documents.length,
    values: opened.documents.reduce((sum, document) => sum + countValues(document), 0),
    lastModified: new Date(opened.lastModified).toISOString().replace('.000Z', 'Z'),
  };
}

function countValues(node: SecretNode | SecretComment): number {
  switch (node.kind) {
    case 'map':
      return node.entries.reduce(
        (sum, entry) => sum + countValues(entry.kind === 'entry' ? entry.value : entry),
        0,
      );
    case 'list':
      return node.items.reduce((sum, item) => sum + countValues(item), 0);
    case 'value':
      return 1;
    default:
      return 0;
  }
}

function renderReports(reports: readonly Report[], output: VerifyOptions['output']): string {
  if (output === 'json') return `${JSON.stringify(reports, null, 2)}\n`;
  return reports.map((report) => `${renderReport(report)}\n`).join('');
}

function renderReport(report: Report): string {
  if (!report.ok) return `failed  ${report.file}: ${report.message} [${report.code}]`;
  const { file, format, values, lastModified } = report;
  return `ok      ${file} (${format}, values: ${values}, last modified ${lastModified})`;
}
