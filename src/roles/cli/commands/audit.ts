import { InvalidArgumentError, Option, type Command } from 'commander';
import { createAuditVerifier, type AuditVerdict } from '#core/audit/verify-chains.ts';
import { auditEvents, matchRecord, type AuditQuery } from '#core/audit/match-record.ts';
import { parseHeads } from '#core/audit/parse-heads.ts';
import { createError } from '#core/errors/mayfly-error.ts';
import { plainDigest } from '#platform/crypto/node-digest.ts';
import { renderAuditRecord, renderAuditVerdict } from '../audit/render-audit.ts';
import { openAuditLines } from '../compose.ts';
import { readInput } from '../files/read-input.ts';
import type { DefineCommand } from '../frame/command.ts';
import type { Terminal } from '../frame/terminal.ts';
import { collect, createOutputOption } from './options.ts';

/** `mayfly audit verify` and `mayfly audit query`. */
export const defineAudit: DefineCommand = (command, terminal) => {
  addPaths(command.command('verify').description('prove that nothing was changed, cut or put in'))
    .option('--heads <file>', 'heads that were kept elsewhere: lines of JSON, or - (see below)')
    .addOption(createOutputOption())
    .addHelpText(
      'after',
      '\nThe log of a broker names the head of its chain every minute: give it as --heads, and an end that was cut off shows.\n' +
        '\nExit codes: 0 whole, 4 not whole.\n' +
        '\nExample:\n  mayfly audit verify --heads broker.log /var/lib/mayfly/audit',
    )
    .action((paths: readonly string[], options: VerifyOptions) => verify(terminal, paths, options));
  addPaths(command.command('query').description('show the records that fit'))
    .option('--id <uuid>', 'of one request, as its caller was told')
    .addOption(new Option('--event <name>', 'what happened').choices(auditEvents))
    .option('--since <time>', 'from then on (RFC 3339)', parseTime)
    .option('--until <time>', 'before then (RFC 3339)', parseTime)
    .option('--field <name=text>', 'a field with this text; may be given more than once', collect)
    .addOption(createOutputOption())
    .addHelpText(
      'after',
      '\nExit codes: 0 whether something fits or not, 4 the log is not whole.\n' +
        '\nExample:\n  mayfly audit query --event denial --field policy=shop/deploy /var/lib/mayfly/audit',
    )
    .action((paths: readonly string[], options: QueryOptions) => query(terminal, paths, options));
};

interface VerifyOptions {
  readonly heads?: string;
  readonly output: 'text' | 'json';
}

interface QueryOptions extends Omit<AuditQuery, 'fields'> {
  readonly field?: readonly string[];
  readonly output: 'text' | 'json';
}

function addPaths(command: Command): Command {
  return command.argument('<path...>', 'folders or files of audit logs');
}

function parseTime(text: string): string {
  if (Number.isNaN(Date.parse(text))) {
    throw new InvalidArgumentError('It must be a time such as 2026-01-31T08:00:00Z.');
  }
  return text;
}

async function verify(
  terminal: Terminal,
  paths: readonly string[],
  { heads, output }: VerifyOptions,
): Promise<void> {
  const anchors = heads === undefined ? [] : parseHeads(await readText(terminal, heads));
  const verifier = createAuditVerifier(plainDigest, anchors);
  const torn: string[] = [];
  for await (const { path, line, text } of await openAuditLines(paths)) {
    if (text === null) torn.push(path);
    else verifier.add(path, line, text);
  }
  const verdict = verifier.finish();
  terminal.stdout.write(renderAuditVerdict({ verdict, torn, anchors: anchors.length }, output));
  refuseProblems(verdict);
}

async function readText(terminal: Terminal, path: string): Promise<string> {
  return new TextDecoder().decode(await readInput(terminal, path));
}

function refuseProblems({ problems }: AuditVerdict): void {
  const [first] = problems;
  if (first === undefined) return;
  throw createError('MAYFLY_AUDIT_BROKEN', { ...first, problems: problems.length });
}

async function query(
  terminal: Terminal,
  paths: readonly string[],
  { field = [], output, ...options }: QueryOptions,
): Promise<void> {
  const asked: AuditQuery = { ...options, fields: new Map(field.map(parseField)) };
  const verifier = createAuditVerifier(plainDigest, []);
  let found = 0;
  for await (const { path, line, text } of await openAuditLines(paths)) {
    const record = text === null ? null : verifier.add(path, line, text);
    if (record === null || !matchRecord(record, asked)) continue;
    found += 1;
    terminal.stdout.write(renderAuditRecord(record, output));
  }
  const verdict = verifier.finish();
  if (found === 0) terminal.stderr.write(`mayfly: none of ${verdict.records} records fits\n`);
  refuseProblems(verdict);
}

function parseField(text: string): readonly [string, string] {
  const at = text.indexOf('=');
  if (at < 1) throw createError('MAYFLY_CLI_USAGE', { reason: 'a field must be NAME=TEXT' });
  return [text.slice(0, at), text.slice(at + 1)];
}
