import { checkSpec } from '#core/api/check/check-spec.ts';
import type { StoredObject } from '#core/api/object.ts';
import { createError, type MayflyError } from '#core/errors/mayfly-error.ts';
import { lintSources } from '#core/trust/lint/lint-sources.ts';
import type { Terminal } from '../frame/terminal.ts';
import { isPolicy, nameObject, readOwnObjects } from './read-policy-file.ts';

/**
 * `mayfly policy lint FILE…`: every fault of every policy and TokenIssuer, told in the form asked for. Throws
 * `MAYFLY_POLICY_NOT_FOUND` when there is no policy in any file.
 */
export async function lintFiles(
  terminal: Terminal,
  files: readonly string[],
  output: 'text' | 'json',
): Promise<void> {
  const reports: Report[] = [];
  const others: string[] = [];
  let policies = 0;
  for (const file of files) {
    const linted = (await readOwnObjects(terminal, file)).filter(isLinted);
    policies += linted.filter(isPolicy).length;
    if (linted.length === 0) others.push(file);
    reports.push(...linted.map((object) => lintObject(file, object)));
  }
  if (policies === 0) throw createError('MAYFLY_POLICY_NOT_FOUND', { place: files.join(', ') });
  // Told, as one letter that is wrong in the kind makes a policy something else.
  for (const file of others) terminal.stderr.write(`mayfly: ${file} has no policy in it\n`);
  terminal.stdout.write(
    output === 'json'
      ? `${JSON.stringify(reports.map(renderJson), null, 2)}\n`
      : reports.map(renderReport).join(''),
  );
  const count = reports.filter(({ errors }) => errors.length > 0).length;
  if (count > 0) throw createError('MAYFLY_POLICY_REFUSED', { count });
}

interface Report {
  readonly file: string;
  readonly object: string;
  readonly errors: readonly MayflyError[];
}

function isLinted(object: StoredObject): boolean {
  return isPolicy(object) || object.kind === 'TokenIssuer';
}

function lintObject(file: string, object: StoredObject): Report {
  return { file, object: nameObject(object), errors: checkSpec(object) };
}

function renderJson({ file, object, errors }: Report): object {
  return {
    file,
    object,
    ok: errors.length === 0,
    errors: errors.map(({ code, message, hint }) => ({
      code,
      message,
      hint,
      source: lintSources[code] ?? null,
    })),
  };
}

function renderReport({ file, object, errors }: Report): string {
  if (errors.length === 0) return `ok       ${object} (${file})\n`;
  return [`refused  ${object} (${file})`, ...errors.flatMap(renderError), ''].join('\n');
}

function renderError({ code, message, hint }: MayflyError): readonly string[] {
  const source = lintSources[code];
  return [
    `  - ${message} [${code}]`,
    `    hint: ${hint}`,
    ...(source === undefined ? [] : [`    see:  ${source}`]),
  ];
}
