import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const main = fileURLToPath(new URL('../../../src/main.ts', import.meta.url));

/** Files that the real sops 3.13.3 wrote, their plain forms, keys, and broken ones. */
export const cliFiles = fileURLToPath(new URL('../../vectors/cli/', import.meta.url));

export interface ProgramResult {
  readonly code: number | null;
  readonly stdout: Buffer;
  readonly stderr: string;
}

interface RunOptions {
  readonly cwd: string;
  readonly input?: string | Uint8Array | undefined;
  readonly env?: Readonly<Record<string, string>>;
}

/** Runs the real program to its end, with nothing of the environment but PATH. */
export function runProgram(args: readonly string[], options: RunOptions): Promise<ProgramResult> {
  return runFile(process.execPath, [main, ...args], options);
}

/** Runs any program to its end. */
export function runFile(
  file: string,
  args: readonly string[],
  { cwd, input, env = {} }: RunOptions,
): Promise<ProgramResult> {
  return new Promise((resolve, reject) => {
    const path = process.env['PATH'] ?? '';
    const child = spawn(file, args, { cwd, env: { PATH: path, ...env } });
    const stdout: Buffer[] = [];
    const stderr: Buffer[] = [];
    child.stdout.on('data', (chunk: Buffer) => stdout.push(chunk));
    child.stderr.on('data', (chunk: Buffer) => stderr.push(chunk));
    child.on('error', reject);
    child.on('close', (code) => {
      resolve({ code, stdout: Buffer.concat(stdout), stderr: Buffer.concat(stderr).toString() });
    });
    child.stdin.on('error', () => undefined);
    child.stdin.end(input);
  });
}
