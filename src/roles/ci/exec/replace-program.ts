import { accessSync, constants, statSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { createError } from '#core/errors/mayfly-error.ts';
import { readErrno } from '#platform/files/system-error.ts';

interface Replacement {
  readonly program: string;
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string>>;
}

/**
 * Puts a program in the place of this one: it has the process id, the streams and the terminal. Throws
 * `MAYFLY_CI_PROGRAM` when there is none; else it does not come back.
 */
export function replaceProgram({ program, args, env }: Replacement): void {
  const path = findProgram(program, env['PATH'] ?? '');
  if (path === null || process.execve === undefined) {
    throw createError('MAYFLY_CI_PROGRAM', {
      program,
      reason: path === null ? 'ENOENT' : 'ENOSYS',
    });
  }
  // Node ignores them, and what is ignored stays so in the next program; what is caught does not.
  for (const signal of ['SIGPIPE', 'SIGXFSZ'] as const) process.on(signal, () => undefined);
  try {
    process.execve(path, [program, ...args], env);
  } catch (cause) {
    throw createError('MAYFLY_CI_PROGRAM', { program, reason: readErrno(cause) }, { cause });
  }
}

/** As a shell looks for it. */
function findProgram(program: string, path: string): string | null {
  if (program.includes('/')) return program;
  const places = path.split(delimiter).map((folder) => join(folder === '' ? '.' : folder, program));
  return places.find(isExecutable) ?? null;
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return statSync(path).isFile();
  } catch {
    return false;
  }
}
