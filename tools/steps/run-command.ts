import { spawn } from 'node:child_process';
import { join } from 'node:path';

export const root = join(import.meta.dirname, '..', '..');

export interface CommandResult {
  readonly exitCode: number;
  /** What it printed and was not shown as it came. */
  readonly output: string;
}

export interface CommandOptions {
  /** Which output is shown as it comes instead of being collected. */
  readonly show?: 'all' | 'stderr';
  readonly env?: NodeJS.ProcessEnv;
  /** Ends the program, and fails, when it takes longer. */
  readonly timeoutMs?: number;
}

/** Runs a program in the root of the repository to its end. */
export function runCommand(
  program: string,
  args: readonly string[],
  options: CommandOptions = {},
): Promise<CommandResult> {
  const stdout = options.show === 'all' ? 'inherit' : 'pipe';
  const stderr = options.show === undefined ? 'pipe' : 'inherit';
  const child = spawn(program, args, {
    cwd: root,
    env: { ...process.env, ...options.env },
    stdio: ['ignore', stdout, stderr],
    ...(options.timeoutMs === undefined ? {} : { timeout: options.timeoutMs }),
  });
  let output = '';
  const collect = (text: Buffer): void => {
    output += text.toString();
  };
  child.stdout?.on('data', collect);
  child.stderr?.on('data', collect);
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code) => {
      resolve({ exitCode: code ?? 1, output });
    });
  });
}

/** The arguments of Node that run jest on ES modules. */
export const jestArgs = [
  '--experimental-vm-modules',
  '--disable-warning=ExperimentalWarning',
  join(root, 'node_modules', 'jest', 'bin', 'jest.js'),
] as const;
